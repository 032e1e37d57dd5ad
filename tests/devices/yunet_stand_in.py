"""An ONNX file with the inputs and outputs of YuNet that takes a white square for a face.

YuNet itself is not shipped. This has its shape, and nothing of its knowledge: one convolution says
how white a cell of 32 × 32 pixels is, another always says where in the cell a face and its
landmarks would be. So it shows that a model is loaded, fed, scaled and read rightly, and nothing
about how well faces are found. Written by hand after onnx.proto: (field << 3 | kind), then a varint
or a length and bytes.
"""

import struct

STRIDES = (8, 16, 32)
FLOAT, INT64, INTS = 1, 7, 7


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name, dims, kind, raw):
    shape = b"".join(field(1, size) for size in dims)
    return shape + field(2, kind) + field(8, name) + field(9, raw)


def floats(name, dims, values):
    return tensor(name, dims, FLOAT, struct.pack(f"<{len(values)}f", *values))


def node(kind, inputs, output, **lists):
    attributes = b"".join(
        field(5, field(1, key) + b"".join(field(8, n) for n in numbers) + field(20, INTS))
        for key, numbers in lists.items()
    )
    names = b"".join(field(1, name) for name in inputs)
    return names + field(2, output) + field(3, output) + field(4, kind) + attributes


def value(name, dims):
    shape = b"".join(field(1, field(1, size)) for size in dims)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, shape)))


def model(nose_x=0.5):
    """Faces fill their cell; `nose_x`: of the cell's width, the eyes being at 0.3 and 0.7."""
    landmarks = [0.3, 0.4, 0.7, 0.4, nose_x, 0.6, 0.35, 0.8, 0.65, 0.8]
    parts = {"cls": [0.0], "obj": [0.0], "bbox": [0.5, 0.5, 0.0, 0.0], "kps": landmarks}
    nodes, constants, outputs = [], [], []
    for name, bias in parts.items():
        for stride in STRIDES:
            cells, here = 3 * stride * stride, f"{name}_{stride}"
            sees = name in ("cls", "obj") and stride == 32
            weight = [1 / 255 / cells if sees else 0.0] * cells * len(bias)
            shape = struct.pack("<3q", 1, -1, len(bias))
            constants += [
                floats(f"{here}_w", (len(bias), 3, stride, stride), weight),
                floats(f"{here}_b", (len(bias),), bias),
                tensor(f"{here}_s", (3,), INT64, shape),
            ]
            square = (stride, stride)
            nodes += [
                node(
                    "Conv",
                    ("input", f"{here}_w", f"{here}_b"),
                    f"{here}_c",
                    kernel_shape=square,
                    strides=square,
                ),
                node("Transpose", (f"{here}_c",), f"{here}_t", perm=(0, 2, 3, 1)),
                node("Reshape", (f"{here}_t", f"{here}_s"), here),
            ]
            outputs.append(value(here, (1, (320 // stride) ** 2, len(bias))))
    graph = b"".join(field(1, one) for one in nodes) + field(2, "stand-in")
    graph += b"".join(field(5, one) for one in constants)
    graph += field(11, value("input", (1, 3, 320, 320)))
    graph += b"".join(field(12, one) for one in outputs)
    return field(1, 7) + field(7, graph) + field(8, field(1, "") + field(2, 12))
