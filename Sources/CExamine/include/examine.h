#ifndef PARLEY_EXAMINE_H
#define PARLEY_EXAMINE_H

#include <stddef.h>

/// How an examination ended. The numbers are the exit codes of the child.
enum parley_examine_outcome {
  PARLEY_EXAMINED = 0,
  PARLEY_PICTURE_UNREADABLE = 10,
  PARLEY_PICTURE_TOO_LARGE = 11,
  PARLEY_PICTURE_TYPE_REFUSED = 12,
  PARLEY_FILE_TOO_LARGE = 13,
  /// The libraries that look into files are not installed.
  PARLEY_LIBRARY_MISSING = 14,
};

/// What the child may use and what it makes.
struct parley_examine_limits {
  long bytes;
  long pixels;
  long memory_bytes;
  int cpu_seconds;
};

struct parley_picture {
  /// The longest side that the picture is shrunk to.
  int side;
  /// Always a PNG, whatever came in; otherwise a JPEG stays a JPEG and all else becomes a PNG.
  int as_png;
  /// Only a picture will do; otherwise other files are named and left as they are.
  int only;
};

/// The child: reads the file on descriptor 0, writes a picture made anew on descriptor 3, and tells on descriptor 1 in one line what it
/// found: `type width height`, with zeros for what is no picture.
int parley_examine(struct parley_examine_limits limits, struct parley_picture picture);

/// The parent: runs `program argument …` (a list that ends with NULL) with these descriptors and nothing else open, and waits for it.
///
/// Returns the exit code, -1 when it did not end by itself, -2 when it could not be started.
int parley_run(const char *program, char *const arguments[], int input, int output, int seconds, char *report, size_t report_size);

#endif
