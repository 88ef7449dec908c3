#include "CImageCodecs.h"
#include "PixelKernels.h"
#include "internal.h"
#include <png.h>
#include <setjmp.h>
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
  result.progressive = bytes[28] != 0;
  if (result.width < 1 || result.height < 1)
    return ic_failed(result, ic_corrupt, "width or height is out of range");
  return result;
}

// One reading: where libpng gets its bytes, and what it said.
typedef struct {
  const uint8_t *bytes;
  int64_t count, at;
  ic_result *result;
} reading;

static void on_read(png_structp png, png_bytep target, size_t count) {
  reading *from = png_get_io_ptr(png);
  if ((int64_t)count > from->count - from->at) {
    from->result->truncated = 1;
    png_error(png, "the data ends early");
  }
  memcpy(target, from->bytes + from->at, count);
  from->at += (int64_t)count;
}

static void on_error(png_structp png, png_const_charp message) {
  ic_result *result = ((reading *)png_get_error_ptr(png))->result;
  result->status = result->truncated ? ic_truncated : ic_corrupt;
  if (strcmp(message, "Out of memory") == 0) result->status = ic_no_memory;
  result->message[0] = 0;
  ic_say(result, message);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  ((reading *)png_get_error_ptr(png))->result->warnings++;
  on_error(png, message);
}

// Chunks that change no sample: passed over unread, so that none can be a bomb or be wrong.
static const uint8_t passed_over[] =
    "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0"
    "tEXt\0tIME\0zTXt";

static void ask_for_rgb(png_structp png, png_infop info, int32_t channels) {
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  int clear = png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA ||
              png_get_valid(png, info, PNG_INFO_tRNS);
  if (channels == 4 && !clear) png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
}

// Where the pixels of a row of a pass go: Adam7's grid, or every pixel of an ordinary picture.
typedef struct {
  int64_t x, y, across, down;
} grid;

static const grid whole = {0, 0, 1, 1};
static const grid adam7[7] = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
};

static void spread(
    const uint8_t *row, int64_t pixels, int64_t bytes, int64_t step, uint8_t *target) {
  if (step == 1) {
    memcpy(target, row, (size_t)(pixels * bytes));
    return;
  }
  for (int64_t i = 0; i < pixels; i++) memcpy(target + i * step * bytes, row + i * bytes, (size_t)bytes);
}

// Reads every row of every pass; `row` and `flat` hold four and three bytes for each column.
static void read_rows(
    png_structp png, const ic_result *size, int32_t has, int32_t wants, uint8_t *row, uint8_t *flat,
    uint8_t *pixels) {
  int passes = size->progressive ? 7 : 1;
  for (int pass = 0; pass < passes; pass++) {
    grid g = size->progressive ? adam7[pass] : whole;
    int64_t columns = (size->width - g.x + g.across - 1) / g.across;
    if (size->width <= g.x) continue;
    for (int64_t y = g.y; y < size->height; y += g.down) {
      png_read_row(png, row, NULL);
      if (!pixels) continue;
      const uint8_t *from = row;
      if (has > wants) pk_flatten_on_white(row, flat, columns), from = flat;
      spread(from, columns, wants, g.across, pixels + (y * size->width + g.x) * wants);
    }
  }
}

ic_result ic_decode_png(
    const uint8_t *bytes, int64_t count, int32_t channels, uint8_t *pixels, int64_t room) {
  ic_result result = ic_png_header(bytes, count);
  if (result.status != ic_ok) return result;
  int64_t width = result.width;
  if (pixels && room < width * result.height * channels)
    return ic_failed(result, ic_bad_argument, "the pixel buffer is too small");
  uint8_t *rows = malloc((size_t)width * 7);
  if (!rows) return ic_failed(result, ic_no_memory, "no memory for a row");
  reading from = {.bytes = bytes, .count = count, .result = &result};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &from, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    free(rows);
    return ic_failed(result, ic_no_memory, "no memory for a reader");
  }
  if (setjmp(png_jmpbuf(png)) == 0) {
    png_set_read_fn(png, &from, on_read);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    // Large chunks are none of ours: passed over, they take no memory.
    png_set_chunk_malloc_max(png, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, passed_over, sizeof passed_over / 5);
    png_read_info(png, info);
    ask_for_rgb(png, info, channels);
    png_read_update_info(png, info);
    read_rows(
        png, &result, png_get_channels(png, info), channels, rows, rows + width * 4, pixels);
    png_read_end(png, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  free(rows);
  return result;
}

// Copies libpng's verdict; to be called before png_image_free.
static void judge(const png_image *image, ic_result *result) {
  ic_say(result, image->message);
  if (PNG_IMAGE_FAILED(*image)) result->status = ic_corrupt;
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
