/*
 * libmrfsimd.so: picks the build of the library for this CPU and forwards to it. Ahead-of-time compiled .NET code cannot choose its
 * instruction set at run time, so there is one build per level beside this file: libmrfsimd-x86-64-v4.so (AVX-512) and
 * libmrfsimd-x86-64-v3.so (AVX2). The first call loads it; the .NET runtime inside stays loaded.
 */
#define _GNU_SOURCE
#include "mrfsimd.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Every function of the interface: result, name, parameters, arguments, and the result if no library could be loaded. */
#define FUNCTIONS(F)                                                                                                              \
    F(const char *, version, (void), (), "")                                                                                      \
    F(const char *, simd_level, (void), (), "none")                                                                               \
    F(const char *, last_error, (void), (), failure)                                                                              \
    F(const char *, map_name, (int32_t index), (index), NULL)                                                                     \
    F(const char *, map_unit, (int32_t index), (index), NULL)                                                                     \
    F(int32_t, open_file, (const char *path_utf8, const mrfsimd_options *options, mrfsimd_mapper *mapper),                        \
      (path_utf8, options, mapper), MRFSIMD_FAILURE)                                                                              \
    F(int32_t, open_memory, (const void *bytes, int64_t length, const mrfsimd_options *options, mrfsimd_mapper *mapper),          \
      (bytes, length, options, mapper), MRFSIMD_FAILURE)                                                                          \
    F(int32_t, close, (mrfsimd_mapper mapper), (mapper), MRFSIMD_FAILURE)                                                         \
    F(int32_t, pulse_count, (mrfsimd_mapper mapper, int64_t *pulses), (mapper, pulses), MRFSIMD_FAILURE)                          \
    F(int32_t, check_sequence,                                                                                                    \
      (mrfsimd_mapper mapper, int64_t pulses, const double *flip_angles, const double *phases, const double *repetition_times,    \
       const double *echo_times),                                                                                                 \
      (mapper, pulses, flip_angles, phases, repetition_times, echo_times), MRFSIMD_FAILURE)                                       \
    F(int32_t, map,                                                                                                               \
      (mrfsimd_mapper mapper, const float *signals, int64_t voxels, int64_t voxel_stride, int64_t pulse_stride,                   \
       const uint8_t *mask, const float *known_b1, const mrfsimd_maps *maps),                                                     \
      (mapper, signals, voxels, voxel_stride, pulse_stride, mask, known_b1, maps), MRFSIMD_FAILURE)                               \
    F(int32_t, residual, (mrfsimd_mapper mapper, double *relative, double *deviation, int32_t *suspicious),                       \
      (mapper, relative, deviation, suspicious), MRFSIMD_FAILURE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int loaded;
static char failure[512];

#define DECLARE(result, name, parameters, arguments, otherwise) static result(*name##_entry) parameters;
FUNCTIONS(DECLARE)

static const char *level(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
    if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
    return NULL;
}

static void load(void) {
    Dl_info self;
    const char *build = level();
    if (build == NULL) {
        snprintf(failure, sizeof failure, "this CPU has no AVX2: expected one of level x86-64-v3 or above.");
        return;
    }
    if (dladdr(&once, &self) == 0 || self.dli_fname == NULL) {
        snprintf(failure, sizeof failure, "the library does not find its own file.");
        return;
    }
    const char *slash = strrchr(self.dli_fname, '/');
    int folder = slash == NULL ? 0 : (int)(slash - self.dli_fname + 1);
    char path[4096];
    int length = snprintf(path, sizeof path, "%.*slibmrfsimd-%s.so", folder, self.dli_fname, build);
    if (length < 0 || (size_t)length >= sizeof path) {
        snprintf(failure, sizeof failure, "the library's path is too long.");
        return;
    }
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(failure, sizeof failure, "%s", dlerror());
        return;
    }
    /* ISO C has no conversion from an object pointer to a function pointer; POSIX demands that the bits agree. */
    void *entry;
#define FIND(result, name, parameters, arguments, otherwise)                  \
    entry = dlsym(library, "mrfsimd_" #name);                                 \
    if (entry == NULL) {                                                      \
        snprintf(failure, sizeof failure, "%s", dlerror());                   \
        return;                                                               \
    }                                                                         \
    memcpy(&name##_entry, &entry, sizeof entry);
    FUNCTIONS(FIND)
    loaded = 1;
}

#define FORWARD(result, name, parameters, arguments, otherwise) \
    __attribute__((visibility("default"))) result mrfsimd_##name parameters { \
        pthread_once(&once, load);                                            \
        return loaded ? name##_entry arguments : otherwise;                   \
    }
FUNCTIONS(FORWARD)
