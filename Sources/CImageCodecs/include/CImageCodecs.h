#pragma once
#include <stdint.h>

// JPEG and PNG behind plain functions. libjpeg reports errors by longjmp; it never leaves these
// functions. No function keeps a pointer after it returned. The caller asks for the header first,
// checks the size, allocates, then decodes.

enum {
  ic_ok = 0,
  ic_unknown_format = 1,
  ic_corrupt = 2,
  ic_truncated = 3,
  ic_no_memory = 4,
  ic_bad_argument = 5,
};

enum { ic_jpeg = 1, ic_png = 2 };

// The outcome of any call; fields that a call does not know are 0.
typedef struct {
  int32_t status;
  int32_t format;
  int32_t width, height;  // pixels as stored, before the orientation tag
  int32_t channels;       // as stored: 1 grey, 2 grey+alpha, 3 colour or palette, 4 colour+alpha or CMYK
  int32_t bit_depth;      // bits of a channel as stored
  int32_t truncated;      // 1 if the data ended early
  int64_t warnings;       // complaints of the library that did not stop it
  char message[200];      // the library's first complaint, or empty
} ic_result;

// Reads format and sizes from the content; needs no more than the first kilobytes.
ic_result ic_header(const uint8_t *bytes, int64_t count);

// Decodes to RGB, 8 bit, rows top to bottom, width * height * 3 bytes; `room` is the size of
// `pixels`. Grey is spread; CMYK and YCCK are read as Adobe writes them (inverted).
// Status ic_ok with warnings > 0 means that the picture is damaged.
ic_result ic_decode_jpeg(const uint8_t *bytes, int64_t count, uint8_t *pixels, int64_t room);

// Decodes to RGBA, 8 bit, straight alpha, width * height * 4 bytes. 16-bit samples are read as sRGB.
ic_result ic_decode_png(const uint8_t *bytes, int64_t count, uint8_t *pixels, int64_t room);

// An encoded picture; release `bytes` with ic_release.
typedef struct {
  ic_result result;
  uint8_t *bytes;
  int64_t count;
} ic_encoded;

// RGB to baseline JPEG, 4:2:0, optimised Huffman tables; quality 1 ... 100.
ic_encoded ic_encode_jpeg(const uint8_t *rgb, int32_t width, int32_t height, int32_t quality);

// RGB (3 channels) or RGBA (4) to PNG.
ic_encoded ic_encode_png(const uint8_t *pixels, int32_t width, int32_t height, int32_t channels);

void ic_release(uint8_t *bytes);
