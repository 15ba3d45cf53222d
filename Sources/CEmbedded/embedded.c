#include "embedded.h"

static const unsigned char bundle[] = {
#embed "bundle.bin"
};

const unsigned char *parley_bundle(void) { return bundle; }
size_t parley_bundle_length(void) { return sizeof bundle; }
