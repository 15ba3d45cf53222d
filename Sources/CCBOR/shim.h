#include <cbor.h>

// Callbacks that do nothing, as a value: the library has them as a variable.
static inline struct cbor_callbacks empty_callbacks(void) { return cbor_empty_callbacks; }
