#include "CImageCodecs.h"
#include "internal.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

// Scans that any progressive file may have, whatever its size.
enum { free_scans = 20 };

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
  ic_result *result;
  ic_limits limits;
} error_manager;

static void note(j_common_ptr info) {
  error_manager *manager = (error_manager *)info->err;
  if (manager->result->message[0]) return;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  ic_say(manager->result, text);
}

static int32_t status_of(int code, const ic_result *result) {
  switch (code) {
    case JERR_OUT_OF_MEMORY: return ic_no_memory;
    case JERR_NO_BACKING_STORE: return ic_too_large;
    case JERR_BAD_PRECISION: case JERR_SOF_UNSUPPORTED: case JERR_CONVERSION_NOTIMPL:
    case JERR_CCIR601_NOTIMPL: case JERR_FRACT_SAMPLE_NOTIMPL: case JERR_NOTIMPL:
    case JERR_NOT_COMPILED: case JERR_ARITH_NOTIMPL:
      return ic_unsupported;
    default: return result->truncated ? ic_truncated : ic_corrupt;
  }
}

static void on_error(j_common_ptr info) {
  error_manager *manager = (error_manager *)info->err;
  int code = info->err->msg_code;
  if (code == JERR_INPUT_EMPTY || code == JERR_INPUT_EOF) manager->result->truncated = 1;
  manager->result->status = status_of(code, manager->result);
  note(info);
  longjmp(manager->escape, 1);
}

// Warnings (level -1) are damage that libjpeg would fill with grey.
static void on_message(j_common_ptr info, int level) {
  error_manager *manager = (error_manager *)info->err;
  if (level >= 0) return;
  manager->result->warnings++;
  if (info->err->msg_code == JWRN_JPEG_EOF) manager->result->truncated = 1;
  manager->result->status = manager->result->truncated ? ic_truncated : ic_corrupt;
  note(info);
  longjmp(manager->escape, 1);
}

// Every scan visits every block, however few bytes it has: a small file can ask for hours.
static void on_progress(j_common_ptr base) {
  if (!base->is_decompressor) return;
  j_decompress_ptr info = (j_decompress_ptr)base;
  error_manager *manager = (error_manager *)base->err;
  int64_t scans = info->input_scan_number;
  int64_t pixels = (int64_t)info->image_width * info->image_height;
  ic_limits limits = manager->limits;
  int many = limits.scans > 0 && scans > limits.scans;
  int slow = limits.scan_pixels > 0 && scans > free_scans && scans > limits.scan_pixels / pixels;
  if (!many && !slow) return;
  *manager->result = ic_failed(*manager->result, ic_too_large, "too many scans");
  longjmp(manager->escape, 1);
}

static struct jpeg_error_mgr *prepare(error_manager *manager, ic_result *result) {
  manager->result = result;
  jpeg_std_error(&manager->base);
  manager->base.error_exit = on_error;
  manager->base.emit_message = on_message;
  return &manager->base;
}

static void describe(const struct jpeg_decompress_struct *info, ic_result *result) {
  result->format = ic_jpeg;
  result->width = (int32_t)info->image_width;
  result->height = (int32_t)info->image_height;
  result->channels = info->num_components;
  result->bit_depth = info->data_precision;
  result->progressive = info->progressive_mode;
}

ic_result ic_jpeg_header(const uint8_t *bytes, int64_t count) {
  ic_result result = {0};
  struct jpeg_decompress_struct info;
  error_manager manager;
  info.err = prepare(&manager, &result);
  if (setjmp(manager.escape)) {
    jpeg_destroy_decompress(&info);
    return result;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes, (unsigned long)count);
  jpeg_read_header(&info, TRUE);
  describe(&info, &result);
  jpeg_destroy_decompress(&info);
  return result;
}

// Pillow's conversion (Convert.c, cmyk2rgb) of samples that are stored inverted, in place:
// four bytes a pixel become three.
static void inverted_cmyk_to_rgb(uint8_t *row, int64_t pixels) {
  for (int64_t i = 0; i < pixels; i++) {
    int black = row[4 * i + 3];
    for (int c = 0; c < 3; c++) {
      int ink = 255 - row[4 * i + c];
      int value = black - ic_multiply_255(ink, black);
      row[3 * i + c] = (uint8_t)(value < 0 ? 0 : value);
    }
  }
}

int32_t ic_scaled(int32_t side, int32_t divisor) { return (side + divisor - 1) / divisor; }

// Reads all rows, through `cmyk` (four bytes a column) where it is given.
static void read_rows(j_decompress_ptr info, uint8_t *cmyk, uint8_t *row, uint8_t *pixels) {
  int64_t stride = (int64_t)info->output_width * 3;
  while (info->output_scanline < info->output_height) {
    uint8_t *target = pixels ? pixels + stride * info->output_scanline : row;
    JSAMPROW place = cmyk ? cmyk : target;
    jpeg_read_scanlines(info, &place, 1);
    if (!cmyk) continue;
    inverted_cmyk_to_rgb(cmyk, info->output_width);
    memcpy(target, cmyk, (size_t)stride);
  }
}

ic_result ic_decode_jpeg(
    const uint8_t *bytes, int64_t count, ic_limits limits, int32_t divisor, uint8_t *pixels,
    int64_t room) {
  ic_result result = {0};
  struct jpeg_decompress_struct info;
  struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
  error_manager manager = {.limits = limits};
  uint8_t *volatile rows = NULL;
  info.err = prepare(&manager, &result);
  if (setjmp(manager.escape)) {
    jpeg_destroy_decompress(&info);
    free(rows);
    return result;
  }
  jpeg_create_decompress(&info);
  info.progress = &progress;
  info.mem->max_memory_to_use = limits.memory;
  jpeg_mem_src(&info, bytes, (unsigned long)count);
  jpeg_read_header(&info, TRUE);
  describe(&info, &result);
  int four = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  info.out_color_space = four ? JCS_CMYK : JCS_RGB;
  info.scale_num = 1;
  info.scale_denom = (unsigned)divisor;
  jpeg_calc_output_dimensions(&info);
  if (pixels && room < (int64_t)info.output_width * info.output_height * 3) {
    jpeg_destroy_decompress(&info);
    return ic_failed(result, ic_bad_argument, "the pixel buffer is too small");
  }
  jpeg_start_decompress(&info);
  rows = malloc((size_t)info.output_width * 7);
  if (!rows) {
    jpeg_destroy_decompress(&info);
    return ic_failed(result, ic_no_memory, "no memory for a row");
  }
  read_rows(&info, four ? rows + (size_t)info.output_width * 3 : NULL, rows, pixels);
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  free(rows);
  return result;
}

ic_encoded ic_encode_jpeg(
    const uint8_t *rgb, int32_t width, int32_t height, int32_t quality, int32_t optimized) {
  ic_encoded encoded = {0};
  struct jpeg_compress_struct info;
  error_manager manager;
  unsigned char *buffer = NULL;
  unsigned long size = 0;
  // libjpeg keeps the addresses of both, so they live in memory across the jump.
  unsigned char **volatile buffer_place = &buffer;
  info.err = prepare(&manager, &encoded.result);
  if (setjmp(manager.escape)) {
    jpeg_destroy_compress(&info);
    free(*buffer_place);
    return encoded;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = (JDIMENSION)width;
  info.image_height = (JDIMENSION)height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  info.optimize_coding = optimized ? TRUE : FALSE;
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = (JSAMPROW)(rgb + (int64_t)width * 3 * info.next_scanline);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  encoded.bytes = buffer;
  encoded.count = (int64_t)size;
  return encoded;
}
