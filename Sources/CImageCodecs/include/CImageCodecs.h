#pragma once
#include <stdint.h>

// JPEG and PNG behind plain functions. The libraries report errors by longjmp; it never leaves these
// functions. No function keeps a pointer after it returned. The caller asks for the header first,
// checks the size, allocates, then decodes.
//
// Decoding stops at the first complaint of a library: what follows would be guessed. Bytes behind
// the end of the picture (JPEG: EOI, PNG: IEND) are not looked at; phones append films there.

enum {
  ic_ok = 0,
  ic_unknown_format = 1,
  ic_corrupt = 2,
  ic_truncated = 3,
  ic_no_memory = 4,
  ic_bad_argument = 5,
  ic_unsupported = 6,  // sound as far as read, but of a kind that the library does not decode
  ic_too_large = 7,    // needs more than the limits allow
};

enum { ic_jpeg = 1, ic_png = 2 };

// The outcome of any call; fields that a call does not know are 0.
typedef struct {
  int32_t status;
  int32_t format;
  int32_t width, height;  // pixels as stored, before the orientation tag
  int32_t channels;       // as stored: 1 grey, 2 grey+alpha, 3 colour or palette, 4 colour+alpha or CMYK
  int32_t bit_depth;      // bits of a channel as stored
  int32_t progressive;    // 1 for a progressive JPEG or an interlaced PNG
  int32_t truncated;      // 1 if the data ended early
  int64_t warnings;       // complaints of the library that would not have stopped it
  char message[200];      // the library's first complaint, or empty
} ic_result;

// What decoding may take beside the caller's pixels; 0 is no limit.
typedef struct {
  int64_t memory;       // bytes for the coefficients of a JPEG of several scans
  int64_t scans;        // scans of a JPEG; real ones have about ten
  int64_t scan_pixels;  // pixels times scans of a JPEG, once it has more than 20
} ic_limits;

// Reads format and sizes from the content; needs no more than what lies before the first pixel.
ic_result ic_header(const uint8_t *bytes, int64_t count);

// The size of a JPEG of `side` pixels when it is decoded at one `divisor`-th.
int32_t ic_scaled(int32_t side, int32_t divisor);

// Decodes to RGB, 8 bit, rows top to bottom; `room` is the size of `pixels`, at least width * height
// * 3 bytes. Grey is spread; CMYK and YCCK are read as Adobe writes them (inverted). `divisor` 1, 2,
// 4 or 8 shrinks both sides (rounded up) in the inverse cosine transform.
// With `pixels` NULL the picture is decoded all the same, and dropped row by row.
ic_result ic_decode_jpeg(
    const uint8_t *bytes, int64_t count, ic_limits limits, int32_t divisor, uint8_t *pixels,
    int64_t room);

// Decodes to RGB, alpha laid on white (`channels` 3), or to RGBA with straight alpha (4), 8 bit.
// Samples of 16 bits are rounded. gAMA, iCCP and their like are not applied, nor looked into, as
// loaders of training data do. Of an APNG it is the picture that plain viewers show.
// With `pixels` NULL as above.
ic_result ic_decode_png(
    const uint8_t *bytes, int64_t count, int32_t channels, uint8_t *pixels, int64_t room);

// An encoded picture; release `bytes` with ic_release.
typedef struct {
  ic_result result;
  uint8_t *bytes;
  int64_t count;
} ic_encoded;

// RGB to baseline JPEG, 4:2:0, with Huffman tables `optimized` for it or not; quality 1 ... 100.
ic_encoded ic_encode_jpeg(
    const uint8_t *rgb, int32_t width, int32_t height, int32_t quality, int32_t optimized);

// RGB (3 channels) or RGBA (4) to PNG.
ic_encoded ic_encode_png(const uint8_t *pixels, int32_t width, int32_t height, int32_t channels);

void ic_release(uint8_t *bytes);
