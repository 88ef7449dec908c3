#include "CImageCodecs.h"
#include "internal.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

// Progressive files of many scans take quadratic time; real ones have about ten.
enum { max_scans = 500 };

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
  ic_result *result;
} error_manager;

static void note(j_common_ptr info) {
  error_manager *manager = (error_manager *)info->err;
  if (manager->result->message[0]) return;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  ic_say(manager->result, text);
}

static void on_error(j_common_ptr info) {
  error_manager *manager = (error_manager *)info->err;
  // A later error says more than an earlier warning.
  manager->result->message[0] = 0;
  note(info);
  int code = info->err->msg_code;
  if (code == JERR_INPUT_EMPTY || code == JERR_INPUT_EOF) manager->result->truncated = 1;
  manager->result->status = code == JERR_OUT_OF_MEMORY ? ic_no_memory
                            : manager->result->truncated ? ic_truncated
                                                         : ic_corrupt;
  longjmp(manager->escape, 1);
}

static void on_message(j_common_ptr info, int level) {
  error_manager *manager = (error_manager *)info->err;
  if (level >= 0) return;
  manager->result->warnings++;
  if (info->err->msg_code == JWRN_JPEG_EOF) manager->result->truncated = 1;
  note(info);
}

static void on_progress(j_common_ptr info) {
  if (!info->is_decompressor || ((j_decompress_ptr)info)->input_scan_number <= max_scans) return;
  error_manager *manager = (error_manager *)info->err;
  ic_say(manager->result, "more than 500 scans");
  manager->result->status = ic_corrupt;
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

ic_result ic_decode_jpeg(const uint8_t *bytes, int64_t count, uint8_t *pixels, int64_t room) {
  ic_result result = {0};
  struct jpeg_decompress_struct info;
  struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
  error_manager manager;
  uint8_t *volatile cmyk = NULL;
  info.err = prepare(&manager, &result);
  if (setjmp(manager.escape)) {
    jpeg_destroy_decompress(&info);
    free(cmyk);
    return result;
  }
  jpeg_create_decompress(&info);
  info.progress = &progress;
  jpeg_mem_src(&info, bytes, (unsigned long)count);
  jpeg_read_header(&info, TRUE);
  describe(&info, &result);
  int64_t stride = (int64_t)info.image_width * 3;
  if (room < stride * info.image_height) {
    jpeg_destroy_decompress(&info);
    return ic_failed(result, ic_bad_argument, "the pixel buffer is too small");
  }
  int four = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  info.out_color_space = four ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(&info);
  if (four) {
    cmyk = malloc((size_t)info.image_width * 4);
    if (!cmyk) {
      jpeg_destroy_decompress(&info);
      return ic_failed(result, ic_no_memory, "no memory for a row");
    }
  }
  while (info.output_scanline < info.output_height) {
    uint8_t *target = pixels + stride * info.output_scanline;
    JSAMPROW row = four ? cmyk : target;
    jpeg_read_scanlines(&info, &row, 1);
    if (four) {
      inverted_cmyk_to_rgb(cmyk, info.image_width);
      memcpy(target, cmyk, (size_t)stride);
    }
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  free(cmyk);
  return result;
}

ic_encoded ic_encode_jpeg(const uint8_t *rgb, int32_t width, int32_t height, int32_t quality) {
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
  info.optimize_coding = TRUE;
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
