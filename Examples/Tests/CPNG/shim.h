// libpng's simplified interface: whole pictures from memory.
#ifndef EXAMPLES_CPNG_SHIM_H
#define EXAMPLES_CPNG_SHIM_H

#include <png.h>
#include <stdlib.h>
#include <string.h>

// The pixels of a PNG file, 4 bytes each (red, green, blue, opacity), for the caller to free; NULL if it is none.
static inline unsigned char *read_png(const void *bytes, size_t count, int *width, int *height) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, bytes, count)) return NULL;
  image.format = PNG_FORMAT_RGBA;
  unsigned char *pixels = malloc(PNG_IMAGE_SIZE(image));
  if (pixels && !png_image_finish_read(&image, NULL, pixels, 0, NULL)) {
    free(pixels);
    pixels = NULL;
  }
  *width = (int)image.width;
  *height = (int)image.height;
  return pixels;
}

#endif
