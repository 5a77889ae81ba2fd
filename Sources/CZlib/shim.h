// zlib, for the deflated entries of .npz files.
#ifndef HK_CZLIB_SHIM_H
#define HK_CZLIB_SHIM_H

#include <zlib.h>

#endif
