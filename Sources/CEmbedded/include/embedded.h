#pragma once
#include <stddef.h>

// The archive that bin/assets packs: built assets, texts, templates and schema. See Sources/Web/Bundle.swift.
const unsigned char *parley_bundle(void);
size_t parley_bundle_length(void);
