"use strict";
// The names that jscanify takes from canvas when it starts; finding a page uses none of them.
class Canvas {}
class Image {}
class ImageData {}
module.exports = { Canvas, Image, ImageData };
