/*
 * MrfSimd: MR fingerprinting on the CPU. C interface of the shared library.
 *
 * Every function that can fail returns 0 for success or a code below; mrfsimd_last_error gives the sentence that goes with the last
 * failure of the calling thread. No function throws, exits or prints. Research use only.
 */
#ifndef MRFSIMD_H
#define MRFSIMD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    MRFSIMD_OK = 0,
    MRFSIMD_INVALID_ARGUMENT = 1, /* a null pointer, a negative size, a stride that overlaps */
    MRFSIMD_INVALID_HANDLE = 2,   /* never opened, or closed already */
    MRFSIMD_INVALID_MODEL = 3,    /* the file is missing, damaged, or no model */
    MRFSIMD_FAILURE = 4           /* out of memory, or a defect of the library */
};

/* A model that is ready to map. 0 is never a valid handle. */
typedef int64_t mrfsimd_mapper;

/* The version, for example "0.1.0"; a constant string. */
const char *mrfsimd_version(void);

/* The instruction set in use: "scalar", "avx2" or "avx512"; a constant string. */
const char *mrfsimd_simd_level(void);

/* The last failure of this thread as UTF-8, "" if there was none. Valid until the next call of this thread. */
const char *mrfsimd_last_error(void);

/* Opens a model file. threads: 0 for one per processor, 1 for the calling thread alone. */
int32_t mrfsimd_open_file(const char *path_utf8, int32_t threads, mrfsimd_mapper *mapper);

/* Opens a model that is in memory; the bytes may be freed afterwards. */
int32_t mrfsimd_open_memory(const void *bytes, int64_t length, int32_t threads, mrfsimd_mapper *mapper);

/* Frees a model. Closing twice returns MRFSIMD_INVALID_HANDLE. */
int32_t mrfsimd_close(mrfsimd_mapper mapper);

/* The number of complex samples of a signal: the pulses of the sequence that the model was trained for. */
int32_t mrfsimd_pulse_count(mrfsimd_mapper mapper, int64_t *pulses);

/*
 * Maps signals. signals points at complex floats (re, im); sample p of voxel v lies voxel_stride * v + pulse_stride * p complex numbers
 * further on: (pulses, 1) for voxel-major data, (1, voxels) for time-major data. The outputs hold one float per voxel: seconds, seconds,
 * hertz, and proton density in units of the signal of one unit of magnetisation. Voxels without signal give 0, voxels with a number that
 * is not finite give NaN. Calls on one mapper wait for each other; open one per thread to run them side by side.
 */
int32_t mrfsimd_map(mrfsimd_mapper mapper, const float *signals, int64_t voxels, int64_t voxel_stride, int64_t pulse_stride,
                    float *t1_seconds, float *t2_seconds, float *off_resonance_hz, float *proton_density);

#ifdef __cplusplus
}
#endif

#endif
