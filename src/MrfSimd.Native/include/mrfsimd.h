/*
 * MrfSimd: MR fingerprinting on the CPU. C interface of the shared library libmrfsimd.so.
 *
 * Every function that can fail returns MRFSIMD_OK or another code below; mrfsimd_last_error gives the sentence that goes with the last
 * failure of the calling thread. No function throws, exits or prints. Seconds, hertz, radians. Research use only.
 */
#ifndef MRFSIMD_H
#define MRFSIMD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mrfsimd_code {
    MRFSIMD_OK = 0,
    MRFSIMD_INVALID_ARGUMENT = 1, /* a null pointer, a negative size, strides that overlap, another sequence */
    MRFSIMD_INVALID_HANDLE = 2,   /* never opened, or closed already */
    MRFSIMD_INVALID_MODEL = 3,    /* the file is missing, damaged, or no model */
    MRFSIMD_FAILURE = 4           /* out of memory, a CPU without AVX2, or a defect of the library */
};

/* How the refinement of a voxel ended. */
enum mrfsimd_outcome {
    MRFSIMD_NO_SIGNAL = 0,     /* no signal, or outside the mask: 0 in every map */
    MRFSIMD_NOT_FINITE = 1,    /* a sample is not finite: NaN in every map */
    MRFSIMD_NOISE_ONLY = 2,    /* the networks' estimate is kept */
    MRFSIMD_NOT_CONVERGED = 3, /* the networks' estimate is kept */
    MRFSIMD_AT_BOUND = 4,      /* a parameter stopped at the end of its range */
    MRFSIMD_POOR_FIT = 5,      /* the residual is larger than the noise: the model does not hold here */
    MRFSIMD_CONVERGED = 6
};

/* A model that is ready to map. 0 is never a valid handle. */
typedef int64_t mrfsimd_mapper;

/* All zeros are the defaults. */
typedef struct mrfsimd_options {
    int32_t threads;               /* 0: one per processor; 1: the calling thread alone */
    int32_t conjugate;             /* not 0: the phase of the signals runs the other way */
    int32_t raw_phase;             /* not 0: the signals keep the RF phase, which receivers usually remove */
    int32_t refine;                /* not 0: to the maximum of the likelihood, with standard deviations; slower, more exact */
    double noise_deviation;        /* standard deviation of the noise per real and imaginary part; 0: unknown */
    int32_t three_multiplications; /* not 0: complex products of the networks by three real ones: a quarter less work */
    int32_t sixteen_bit_weights;   /* not 0: the networks' complex weights rounded to 16 bits per part: a single voxel in half the time */
} mrfsimd_options;

/* Where the maps go: one number per voxel each. The first four are required, b1 may be NULL, and the rest must be unless the mapper refines. */
typedef struct mrfsimd_maps {
    float *t1_seconds;
    float *t2_seconds;
    float *off_resonance_hz;
    float *proton_density; /* in units of the signal of one unit of magnetisation */
    float *b1;             /* transmit field relative to nominal: as the model estimates it, as given, or 1 */
    float *t1_deviation;   /* standard deviations, in the units of what they belong to */
    float *t2_deviation;
    float *off_resonance_deviation;
    float *proton_density_deviation;
    float *residual;  /* root-mean-square of what the model leaves, per real and imaginary part */
    uint8_t *outcome; /* enum mrfsimd_outcome */
} mrfsimd_maps;

/* The version, for example "0.1.0"; a constant string. */
const char *mrfsimd_version(void);

/* The instruction set in use: "avx2" or "avx512"; a constant string. */
const char *mrfsimd_simd_level(void);

/* The last failure of this thread as UTF-8, "" if there was none. Valid until the next call of this thread. */
const char *mrfsimd_last_error(void);

/* Name and unit of the maps in the order of mrfsimd_maps, from 0; constant strings, NULL beyond the last. */
const char *mrfsimd_map_name(int32_t index);
const char *mrfsimd_map_unit(int32_t index);

/* Opens a model file. options may be NULL. */
int32_t mrfsimd_open_file(const char *path_utf8, const mrfsimd_options *options, mrfsimd_mapper *mapper);

/* Opens a model that is in memory; the bytes may be freed afterwards. */
int32_t mrfsimd_open_memory(const void *bytes, int64_t length, const mrfsimd_options *options, mrfsimd_mapper *mapper);

/* Frees a model. Closing twice returns MRFSIMD_INVALID_HANDLE. */
int32_t mrfsimd_close(mrfsimd_mapper mapper);

/* The number of complex samples of a signal: the pulses of the sequence that the model was trained for. */
int32_t mrfsimd_pulse_count(mrfsimd_mapper mapper, int64_t *pulses);

/*
 * Refuses data of another sequence: compares what was played with what the model was trained for, to a nanoradian and a picosecond.
 * The message of the failure names both.
 */
int32_t mrfsimd_check_sequence(mrfsimd_mapper mapper, int64_t pulses, const double *flip_angles, const double *phases,
                               const double *repetition_times, const double *echo_times);

/*
 * Maps signals. signals points at complex floats (re, im); sample p of voxel v lies voxel_stride * v + pulse_stride * p complex numbers
 * further on: (pulses, 1) for voxel-major data, (1, voxels) for time-major data. mask: one byte per voxel, 1 to map it and 0 not to, or
 * NULL for all voxels. known_b1: the transmit field relative to nominal, one per voxel, for a mapper that refines; or NULL. Voxels without signal
 * give 0, voxels with a number that is not finite NaN. Calls on one mapper wait for each other; open one per thread to run them side by side.
 */
int32_t mrfsimd_map(mrfsimd_mapper mapper, const float *signals, int64_t voxels, int64_t voxel_stride, int64_t pulse_stride,
                    const uint8_t *mask, const float *known_b1, const mrfsimd_maps *maps);

/*
 * What the model left of the signals of the last mrfsimd_map, from a sample of the voxels: the median share unexplained (0 to 1), the median
 * root-mean-square per real and imaginary part, and 1 if model and data may not belong together: check sign, RF phase and sequence.
 */
int32_t mrfsimd_residual(mrfsimd_mapper mapper, double *relative, double *deviation, int32_t *suspicious);

#ifdef __cplusplus
}
#endif

#endif
