// Looks into a file that a stranger sent, in a process of its own that holds nothing worth taking.
//
// The libraries are opened here and nowhere else, so that the server itself never loads a decoder. Before the first byte of the file is
// looked at, the process gives up opening anything: no file, no socket, no child.

#define _GNU_SOURCE
#include "examine.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// The part of libvips 8.13 and later that is used here, as its documentation declares it.
typedef struct VipsImageOpaque VipsImage;
enum { vips_access_sequential = 1, vips_size_down = 2, vips_fail_on_error = 2 };

static struct {
  int (*init)(const char *);
  void (*block)(const char *, int);
  VipsImage *(*read)(const void *, size_t, const char *, ...);
  int (*width)(const VipsImage *);
  int (*height)(const VipsImage *);
  int (*thumbnail)(void *, size_t, VipsImage **, int, ...);
  int (*write)(VipsImage *, const char *, void **, size_t *, ...);
} vips;

static struct {
  void *(*open)(int);
  int (*load)(void *, const char *);
  const char *(*buffer)(void *, const void *, size_t);
} magic;
enum { magic_mime_type = 0x10 };

static void *cookie;

static int find(void *library, const char *name, void *function) {
  void *found = dlsym(library, name);
  memcpy(function, &found, sizeof found);
  return found != NULL;
}

static int open_magic(void) {
  void *library = dlopen("libmagic.so.1", RTLD_NOW);
  if (!library || !find(library, "magic_open", &magic.open) || !find(library, "magic_load", &magic.load) ||
      !find(library, "magic_buffer", &magic.buffer))
    return 0;
  cookie = magic.open(magic_mime_type);
  return cookie && magic.load(cookie, NULL) == 0;
}

static int open_vips(void) {
  void *library = dlopen("libvips.so.42", RTLD_NOW);
  if (!library || !find(library, "vips_init", &vips.init) || !find(library, "vips_operation_block_set", &vips.block) ||
      !find(library, "vips_image_new_from_buffer", &vips.read) || !find(library, "vips_image_get_width", &vips.width) ||
      !find(library, "vips_image_get_height", &vips.height) || !find(library, "vips_thumbnail_buffer", &vips.thumbnail) ||
      !find(library, "vips_image_write_to_buffer", &vips.write))
    return 0;
  setenv("VIPS_CONCURRENCY", "1", 1);
  setenv("VIPS_WARNING", "1", 1);
  if (vips.init("parley") != 0) return 0;
  // Four decoders and no more, whatever a file pretends to be.
  static const char *const allowed[] = {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif"};
  vips.block("VipsForeignLoad", 1);
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) vips.block(allowed[i], 0);
  return 1;
}

static int limit(int what, long most) {
  struct rlimit limit = {(rlim_t)most, (rlim_t)most};
  return setrlimit(what, &limit) == 0;
}

static int give_up(struct parley_examine_limits limits) {
  return limit(RLIMIT_AS, limits.memory_bytes) && limit(RLIMIT_CPU, limits.cpu_seconds) && limit(RLIMIT_CORE, 0) &&
         limit(RLIMIT_FSIZE, limits.bytes * 4) && limit(RLIMIT_NOFILE, 0);
}

static unsigned char *read_all(long most, size_t *length) {
  unsigned char *bytes = malloc((size_t)most + 1);
  *length = 0;
  while (bytes && *length <= (size_t)most) {
    ssize_t count = read(0, bytes + *length, (size_t)most + 1 - *length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    *length += (size_t)count;
  }
  return bytes;
}

static int write_all(int file, const void *bytes, size_t length) {
  const char *next = bytes;
  while (length > 0) {
    ssize_t count = write(file, next, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return 0;
    next += count;
    length -= (size_t)count;
  }
  return 1;
}

static int tell(const char *type, int width, int height) {
  char line[128];
  int length = snprintf(line, sizeof line, "%.80s %d %d\n", type, width, height);
  return write_all(1, line, (size_t)length) ? PARLEY_EXAMINED : EXIT_FAILURE;
}

static int is_picture(const char *type) {
  return !strcmp(type, "image/jpeg") || !strcmp(type, "image/png") || !strcmp(type, "image/webp") || !strcmp(type, "image/gif");
}

static int holds(const unsigned char *bytes, size_t length, const char *name) { return memmem(bytes, length, name, strlen(name)) != NULL; }

/// libmagic knows a DOCX by the order in which most programs write one; the names of its parts say it for all. One with a program in it
/// is named by what it is.
static const char *packed_type(const unsigned char *bytes, size_t length, const char *type) {
  static const char document[] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  int is_zip = !strcmp(type, "application/zip");
  if (is_zip && holds(bytes, length, "[Content_Types].xml") && holds(bytes, length, "word/document.xml")) type = document;
  if (!strcmp(type, document) && holds(bytes, length, "vbaProject.bin")) return "application/vnd.ms-word.document.macroenabled.12";
  return type;
}

/// Turns, shrinks and writes the picture anew, without anything that was written beside its pixels.
static int remake(unsigned char *bytes, size_t length, const char *type, long pixels, struct parley_picture picture) {
  // Only the head is read here: how large it would become is known before anything is unpacked.
  VipsImage *head = vips.read(bytes, length, "", "access", vips_access_sequential, NULL);
  if (!head) return PARLEY_PICTURE_UNREADABLE;
  if ((long)vips.width(head) * vips.height(head) > pixels) return PARLEY_PICTURE_TOO_LARGE;
  VipsImage *small = NULL;
  if (vips.thumbnail(bytes, length, &small, picture.side, "height", picture.side, "size", vips_size_down, "export_profile", "srgb",
                     "fail_on", vips_fail_on_error, NULL) != 0)
    return PARLEY_PICTURE_UNREADABLE;
  int as_jpeg = !picture.as_png && !strcmp(type, "image/jpeg");
  void *made = NULL;
  size_t made_length = 0;
  if (vips.write(small, as_jpeg ? ".jpg[Q=82,strip,optimize_coding,interlace]" : ".png[strip,compression=9]", &made, &made_length, NULL) != 0)
    return PARLEY_PICTURE_UNREADABLE;
  if (!write_all(3, made, made_length)) return EXIT_FAILURE;
  return tell(as_jpeg ? "image/jpeg" : "image/png", vips.width(small), vips.height(small));
}

int parley_examine(struct parley_examine_limits limits, struct parley_picture picture) {
  if (!open_magic() || !open_vips() || !give_up(limits)) return PARLEY_LIBRARY_MISSING;
  size_t length;
  unsigned char *bytes = read_all(limits.bytes, &length);
  if (!bytes) return EXIT_FAILURE;
  if (length > (size_t)limits.bytes) return PARLEY_FILE_TOO_LARGE;
  const char *type = magic.buffer(cookie, bytes, length);
  if (!type) return EXIT_FAILURE;
  if (is_picture(type)) return remake(bytes, length, type, limits.pixels, picture);
  return picture.only ? PARLEY_PICTURE_TYPE_REFUSED : tell(packed_type(bytes, length, type), 0, 0);
}
