// Cairo, which draws the figures of HillockPictures.
#ifndef HK_CCAIRO_SHIM_H
#define HK_CCAIRO_SHIM_H

#include <cairo/cairo-svg.h>
#include <cairo/cairo.h>

#endif
