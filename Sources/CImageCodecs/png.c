#include "CImageCodecs.h"
#include "internal.h"
#include <png.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t png_signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

ic_result ic_header(const uint8_t *bytes, int64_t count) {
  ic_result result = {0};
  if (count >= 2 && bytes[0] == 0xFF && bytes[1] == 0xD8) return ic_jpeg_header(bytes, count);
  if (count >= 8 && memcmp(bytes, png_signature, 8) == 0) return ic_png_header(bytes, count);
  return ic_failed(result, ic_unknown_format, "neither JPEG nor PNG");
}

static int32_t big_endian(const uint8_t *bytes) {
  uint32_t value = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
                   (uint32_t)bytes[3];
  return value > INT32_MAX ? 0 : (int32_t)value;
}

ic_result ic_png_header(const uint8_t *bytes, int64_t count) {
  ic_result result = {.format = ic_png};
  if (count < 33) {
    result.truncated = 1;
    return ic_failed(result, ic_truncated, "the header chunk is cut off");
  }
  if (memcmp(bytes + 12, "IHDR", 4) != 0)
    return ic_failed(result, ic_corrupt, "the first chunk is not IHDR");
  result.width = big_endian(bytes + 16);
  result.height = big_endian(bytes + 20);
  result.bit_depth = bytes[24];
  switch (bytes[25]) {
    case 0: result.channels = 1; break;
    case 2: case 3: result.channels = 3; break;
    case 4: result.channels = 2; break;
    case 6: result.channels = 4; break;
    default: return ic_failed(result, ic_corrupt, "unknown colour type");
  }
  if (result.width < 1 || result.height < 1)
    return ic_failed(result, ic_corrupt, "width or height is out of range");
  return result;
}

// Copies libpng's verdict; to be called before png_image_free.
static void judge(const png_image *image, ic_result *result) {
  if (image->warning_or_error) ic_say(result, image->message);
  if (PNG_IMAGE_FAILED(*image)) {
    result->truncated = strstr(image->message, "beyond end") != NULL;
    result->status = result->truncated ? ic_truncated : ic_corrupt;
  } else if (image->warning_or_error) {
    result->warnings = 1;
  }
}

ic_result ic_decode_png(const uint8_t *bytes, int64_t count, uint8_t *pixels, int64_t room) {
  ic_result result = ic_png_header(bytes, count);
  if (result.status != ic_ok) return result;
  if (room < (int64_t)result.width * result.height * 4)
    return ic_failed(result, ic_bad_argument, "the pixel buffer is too small");
  png_image image = {.version = PNG_IMAGE_VERSION};
  if (png_image_begin_read_from_memory(&image, bytes, (size_t)count)) {
    image.format = PNG_FORMAT_RGBA;
    image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    png_image_finish_read(&image, NULL, pixels, 0, NULL);
  }
  judge(&image, &result);
  png_image_free(&image);
  return result;
}

ic_encoded ic_encode_png(
    const uint8_t *pixels, int32_t width, int32_t height, int32_t channels) {
  ic_encoded encoded = {0};
  png_image image = {
      .version = PNG_IMAGE_VERSION,
      .width = (png_uint_32)width,
      .height = (png_uint_32)height,
      .format = channels == 4 ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB,
  };
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  uint8_t *buffer = malloc(size);
  if (!buffer) {
    encoded.result = ic_failed(encoded.result, ic_no_memory, "no memory for the file");
    return encoded;
  }
  if (png_image_write_to_memory(&image, buffer, &size, 0, pixels, 0, NULL)) {
    encoded.bytes = buffer;
    encoded.count = (int64_t)size;
  } else {
    judge(&image, &encoded.result);
    free(buffer);
  }
  png_image_free(&image);
  return encoded;
}

void ic_release(uint8_t *bytes) { free(bytes); }
