"""Writes this folder's images and what Pillow makes of them. Run in this folder: python3 make.py

decode/NAME           an image file; decode/NAME.WxHxC holds its pixels as Pillow decodes them, channels innermost
resize/WxHxC-to-WxH   a noise image's pixels, then those of Image.resize(..., BILINEAR)
crop/WxHxC-sN-cHxW    the same for torchvision's Resize(N) and CenterCrop((H, W)), in their own arithmetic
"""

import os

import numpy as np
from PIL import Image, ImageOps

random = np.random.RandomState(20)
for folder in ("decode", "resize", "crop"):
    os.makedirs(folder, exist_ok=True)


def picture(height, width):
    y, x = np.mgrid[0:height, 0:width]
    bands = [128 + 90 * np.sin(x / 5 + y / 9), 128 + 90 * np.cos(x / 7 - y / 4), (x * 5 + y * 3) % 256]
    return np.clip(np.stack(bands, -1) + random.randint(-9, 10, (height, width, 3)), 0, 255).astype(np.uint8)


def save(image, name, **options):
    image.save("decode/" + name, **options)
    expected = ImageOps.exif_transpose(Image.open("decode/" + name))
    if expected.mode.startswith("I"):
        pixels = (np.asarray(expected) >> 8).astype(np.uint8)
    else:
        grey = expected.mode in ("1", "L", "LA") and not name.endswith(".gif")
        pixels = np.asarray(expected.convert("L" if grey else "RGB"))
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    pixels.tofile("decode/%s.%dx%dx%d" % (name, pixels.shape[1], pixels.shape[0], channels))


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


rgb = Image.fromarray(picture(29, 43))
grey = rgb.convert("L")
rgba = rgb.copy()
rgba.putalpha(Image.fromarray(picture(29, 43)[:, :, 2]))

save(rgb, "subsampled.jpg", quality=85)
save(rgb, "full-chroma.jpg", quality=90, subsampling=0)
save(rgb, "progressive.jpg", quality=80, progressive=True)
save(grey, "grey.jpg", quality=85)
save(rgb.convert("CMYK"), "cmyk.jpg", quality=90)
for value in range(1, 9):
    save(rgb, "orientation-%d.jpg" % value, quality=80, exif=orientation(value))
save(rgb, "rgb.png")
save(rgb, "orientation-6.png", exif=orientation(6))
save(rgba, "rgba.png")
save(grey, "grey.png")
save(rgba.convert("LA"), "grey-alpha.png")
save(grey.convert("1"), "one-bit.png")
save(rgb.quantize(200), "palette-8.png")
save(rgb.quantize(13), "palette-4.png")
save(rgb.quantize(3), "palette-2.png")
save(rgba.quantize(30), "palette-transparent.png", transparency=3)
save(Image.fromarray(np.asarray(grey).astype(np.uint16) * 256 + 77), "grey-16.png")
save(rgb.quantize(200), "palette.gif", interlace=0)
save(rgb.quantize(60), "interlaced.gif", interlace=1)
save(rgb, "rgb.bmp")
save(grey, "grey.bmp")
save(rgb.quantize(100), "palette.bmp")
save(rgb, "lossless.webp", lossless=True)
save(rgba, "lossless-alpha.webp", lossless=True)
save(rgb, "orientation-5.webp", lossless=True, exif=orientation(5))
save(rgb, "lossy.webp", quality=90)
save(rgb, "lossy-fast.webp", quality=60, method=0)
save(rgba, "lossy-alpha.webp", quality=80)

for width, height, channels, to_width, to_height in [
    (20, 15, 3, 10, 7), (20, 15, 1, 33, 31), (37, 53, 3, 16, 16), (5, 4, 3, 29, 23), (64, 3, 1, 7, 3),
    (3, 64, 3, 3, 9), (1, 1, 3, 6, 5), (41, 1, 1, 13, 8), (90, 70, 3, 1, 1), (33, 21, 3, 21, 33),
]:
    source = random.randint(0, 256, (height, width, channels)).astype(np.uint8)
    image = Image.fromarray(source if channels == 3 else source[:, :, 0])
    result = np.asarray(image.resize((to_width, to_height), Image.BILINEAR))
    with open("resize/%dx%dx%d-to-%dx%d" % (width, height, channels, to_width, to_height), "wb") as out:
        out.write(source.tobytes() + result.tobytes())

for width, height, channels, side, crop_height, crop_width in [
    (40, 30, 3, 24, 20, 20), (30, 41, 3, 25, 20, 20), (17, 23, 1, 16, 13, 14), (20, 20, 3, 15, 18, 12), (9, 31, 3, 7, 16, 11),
]:
    source = random.randint(0, 256, (height, width, channels)).astype(np.uint8)
    image = Image.fromarray(source if channels == 3 else source[:, :, 0])
    short, long = sorted((width, height))
    longer = int(side * long / short)
    w, h = (side, longer) if width <= height else (longer, side)
    image = image.resize((w, h), Image.BILINEAR)
    if crop_width > w or crop_height > h:
        left, top = max(0, (crop_width - w) // 2), max(0, (crop_height - h) // 2)
        right, bottom = max(0, (crop_width - w + 1) // 2), max(0, (crop_height - h + 1) // 2)
        image = ImageOps.expand(image, (left, top, right, bottom), fill=0)
        w, h = image.size
    top, left = int(round((h - crop_height) / 2.0)), int(round((w - crop_width) / 2.0))
    result = np.asarray(image.crop((left, top, left + crop_width, top + crop_height)))
    with open("crop/%dx%dx%d-s%d-c%dx%d" % (width, height, channels, side, crop_height, crop_width), "wb") as out:
        out.write(source.tobytes() + result.tobytes())
