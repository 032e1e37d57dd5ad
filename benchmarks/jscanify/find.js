"use strict";
// Finds pages with jscanify: pictures on standard input, a line of JSON for each on standard output.
// A picture is width and height, 32 bits each, little-endian, then RGBA. The time is that of the
// search alone, on a picture that already lies in OpenCV's memory.

const Scanner = require("jscanify");

const scanner = new Scanner();
const CORNERS = ["topLeftCorner", "topRightCorner", "bottomRightCorner", "bottomLeftCorner"];

function found(cv, width, height, data) {
  const picture = cv.matFromImageData({ width, height, data });
  const began = process.hrtime.bigint();
  const contour = scanner.findPaperContour(picture);
  const corners = contour && scanner.getCornerPoints(contour);
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  picture.delete();
  const points = corners && CORNERS.map((name) => corners[name]);
  const whole = points && points.every((point) => point);
  return { ms, points: whole ? points.map((point) => [point.x, point.y]) : null };
}

scanner.loadOpenCV(async (cv) => {
  process.stdout.write(JSON.stringify({ ready: true }) + "\n");
  let parts = [];
  let have = 0;
  let size = 8;
  for await (const part of process.stdin) {
    parts.push(part);
    have += part.length;
    while (have >= size) {
      const all = Buffer.concat(parts);
      const [width, height] = [all.readUInt32LE(0), all.readUInt32LE(4)];
      const whole = 8 + 4 * width * height;
      parts = [all];
      size = whole;
      if (have < whole) break;
      const data = new Uint8ClampedArray(all.subarray(8, whole));
      process.stdout.write(JSON.stringify(found(cv, width, height, data)) + "\n");
      parts = [all.subarray(whole)];
      have -= whole;
      size = 8;
    }
  }
  process.exit(0);
});
