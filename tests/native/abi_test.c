/*
 * The C interface of the shared library, tested from C: sizes, layouts, refinement, every kind of wrong call, threads, and 10^6 calls
 * without a leak. Usage: abi_test MODEL.safetensors EXPECTED_SIMD_LEVEL
 */
#include "mrfsimd.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VOXELS = 333, CALLS = 1000000 };

static int failures = 0;

#define CHECK(condition)                                                                             \
    do {                                                                                             \
        if (!(condition)) {                                                                          \
            failures++;                                                                              \
            printf("%s:%d: %s (last error: %s)\n", __FILE__, __LINE__, #condition, mrfsimd_last_error()); \
        }                                                                                            \
    } while (0)

typedef struct {
    float t1[VOXELS], t2[VOXELS], b0[VOXELS], density[VOXELS];
    float t1_deviation[VOXELS], residual[VOXELS];
    uint8_t outcome[VOXELS];
} results;

static mrfsimd_maps estimates_of(results *r) {
    mrfsimd_maps maps;
    memset(&maps, 0, sizeof maps);
    maps.t1_seconds = r->t1;
    maps.t2_seconds = r->t2;
    maps.off_resonance_hz = r->b0;
    maps.proton_density = r->density;
    return maps;
}

static int same(const results *a, const results *b) {
    return memcmp(a->t1, b->t1, sizeof a->t1) == 0 && memcmp(a->t2, b->t2, sizeof a->t2) == 0
        && memcmp(a->b0, b->b0, sizeof a->b0) == 0 && memcmp(a->density, b->density, sizeof a->density) == 0;
}

/* Resident kilobytes of this process. */
static long resident(void) {
    long pages = 0, ignored = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &ignored, &pages) != 2) abort();
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Signals without meaning, the same everywhere. */
static float *make_signals(int64_t count) {
    float *signals = malloc(sizeof(float) * 2 * (size_t)count);
    uint32_t state = 1;
    if (signals == NULL) abort();
    for (int64_t i = 0; i < 2 * count; i++) {
        state = state * 1664525u + 1013904223u;
        signals[i] = (float)(state >> 8) / 16777216.0f - 0.5f;
    }
    return signals;
}

static void test_constants(const char *level) {
    CHECK(strcmp(mrfsimd_simd_level(), level) == 0);
    CHECK(strlen(mrfsimd_version()) >= 3);
    CHECK(strcmp(mrfsimd_map_name(0), "t1") == 0 && strcmp(mrfsimd_map_unit(0), "s") == 0);
    CHECK(strcmp(mrfsimd_map_name(2), "off_resonance") == 0 && strcmp(mrfsimd_map_unit(2), "Hz") == 0);
    CHECK(strcmp(mrfsimd_map_name((int32_t)(sizeof(mrfsimd_maps) / sizeof(void *)) - 1), "outcome") == 0);
    CHECK(mrfsimd_map_name((int32_t)(sizeof(mrfsimd_maps) / sizeof(void *))) == NULL && mrfsimd_map_unit(-1) == NULL);
}

static void test_layouts(const char *model, const float *signals, int64_t pulses) {
    static results major, time_major, masked, one;
    uint8_t mask[VOXELS];
    mrfsimd_options options;
    mrfsimd_mapper mapper;
    mrfsimd_maps maps = estimates_of(&major);
    double relative = -1, deviation = -1;
    int32_t suspicious = -1;
    memset(&options, 0, sizeof options);
    options.threads = 2;
    CHECK(mrfsimd_open_file(model, &options, &mapper) == MRFSIMD_OK);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, 1, NULL, NULL, &maps) == MRFSIMD_OK);
    CHECK(major.t1[0] > 0 && major.t2[VOXELS - 1] > 0);
    /* Noise is no fingerprint. */
    CHECK(mrfsimd_residual(mapper, &relative, &deviation, &suspicious) == MRFSIMD_OK);
    CHECK(relative > 0.8 && relative <= 1 && deviation > 0 && suspicious == 1);
    /* Time-major. */
    float *turned = malloc(sizeof(float) * 2 * (size_t)(VOXELS * pulses));
    if (turned == NULL) abort();
    for (int64_t v = 0; v < VOXELS; v++)
        for (int64_t p = 0; p < pulses; p++) memcpy(turned + 2 * (p * VOXELS + v), signals + 2 * (v * pulses + p), 2 * sizeof(float));
    maps = estimates_of(&time_major);
    CHECK(mrfsimd_map(mapper, turned, VOXELS, 1, VOXELS, NULL, NULL, &maps) == MRFSIMD_OK);
    CHECK(same(&major, &time_major));
    /* Voxels one by one, as many batches as voxels. */
    for (int v = 0; v < VOXELS; v += 37) {
        maps.t1_seconds = one.t1 + v;
        maps.t2_seconds = one.t2 + v;
        maps.off_resonance_hz = one.b0 + v;
        maps.proton_density = one.density + v;
        CHECK(mrfsimd_map(mapper, signals + 2 * v * pulses, 1, pulses, 1, NULL, NULL, &maps) == MRFSIMD_OK);
        CHECK(one.t1[v] == major.t1[v] && one.t2[v] == major.t2[v] && one.b0[v] == major.b0[v] && one.density[v] == major.density[v]);
    }
    /* Every third voxel, and nothing elsewhere. */
    for (int v = 0; v < VOXELS; v++) mask[v] = v % 3 == 0;
    maps = estimates_of(&masked);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, 1, mask, NULL, &maps) == MRFSIMD_OK);
    for (int v = 0; v < VOXELS; v++) CHECK(masked.t1[v] == (v % 3 == 0 ? major.t1[v] : 0));
    /* Air and damage stay where they are. */
    memset(turned, 0, sizeof(float) * 2 * (size_t)(VOXELS * pulses));
    turned[2] = NAN;
    maps = estimates_of(&masked);
    CHECK(mrfsimd_map(mapper, turned, VOXELS, 1, VOXELS, NULL, NULL, &maps) == MRFSIMD_OK);
    CHECK(masked.t1[0] == 0 && isnan(masked.t1[1]) && masked.t1[2] == 0);
    free(turned);
    CHECK(mrfsimd_close(mapper) == MRFSIMD_OK);
}

static results mapped_with(const mrfsimd_options *options, const char *model, const float *signals, int64_t pulses) {
    static results found;
    mrfsimd_mapper mapper;
    mrfsimd_maps maps = estimates_of(&found);
    CHECK(mrfsimd_open_file(model, options, &mapper) == MRFSIMD_OK);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, 1, NULL, NULL, &maps) == MRFSIMD_OK);
    CHECK(mrfsimd_close(mapper) == MRFSIMD_OK);
    return found;
}

static void check_near(const results *a, const results *b, float tolerance) {
    CHECK(!same(a, b));
    for (int v = 0; v < VOXELS; v++) {
        CHECK(fabsf(a->t1[v] / b->t1[v] - 1) < tolerance);
        CHECK(fabsf(a->t2[v] / b->t2[v] - 1) < tolerance);
    }
}

static void test_products(const char *model, const float *signals, int64_t pulses) {
    static results plain, three, rounded;
    mrfsimd_options options;
    memset(&options, 0, sizeof options);
    options.threads = 1;
    plain = mapped_with(&options, model, signals, pulses);
    options.three_multiplications = 1;
    three = mapped_with(&options, model, signals, pulses);
    options.three_multiplications = 0;
    options.sixteen_bit_weights = 1;
    rounded = mapped_with(&options, model, signals, pulses);
    /* Sums rounded elsewhere: some units in the last place of T1 and T2. Weights rounded to some 1e-5 of the largest: a hundred times that. */
    check_near(&three, &plain, 1e-4f);
    check_near(&rounded, &plain, 1e-2f);
}

static void test_refinement(const char *model, const float *signals, int64_t pulses) {
    static results networks, refined;
    mrfsimd_options options;
    mrfsimd_mapper mapper;
    mrfsimd_maps maps = estimates_of(&refined);
    memset(&options, 0, sizeof options);
    options.threads = 1;
    options.refine = 1;
    options.noise_deviation = 0.3;
    maps.t1_deviation = refined.t1_deviation;
    maps.residual = refined.residual;
    maps.outcome = refined.outcome;
    CHECK(mrfsimd_open_file(model, &options, &mapper) == MRFSIMD_OK);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, 1, NULL, NULL, &maps) == MRFSIMD_OK);
    CHECK(mrfsimd_close(mapper) == MRFSIMD_OK);
    options.refine = 0;
    CHECK(mrfsimd_open_file(model, &options, &mapper) == MRFSIMD_OK);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, 1, NULL, NULL, &maps) == MRFSIMD_INVALID_ARGUMENT);
    maps = estimates_of(&networks);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, 1, NULL, NULL, &maps) == MRFSIMD_OK);
    CHECK(mrfsimd_close(mapper) == MRFSIMD_OK);
    for (int v = 0; v < VOXELS; v++) {
        /* Noise of that deviation: the residual says so, and what is noise keeps the networks' estimate. */
        CHECK(refined.outcome[v] >= MRFSIMD_NOISE_ONLY && refined.outcome[v] <= MRFSIMD_CONVERGED);
        CHECK(fabsf(refined.residual[v] - 0.2887f) < 0.05f);
        if (refined.outcome[v] == MRFSIMD_NOISE_ONLY) CHECK(refined.t1[v] == networks.t1[v]);
    }
}

static void test_wrong_calls(const char *model, const float *signals, int64_t pulses) {
    static results r;
    mrfsimd_maps maps = estimates_of(&r), incomplete = maps;
    mrfsimd_options options;
    mrfsimd_mapper mapper = 7;
    int64_t count;
    double value = 1;
    int32_t flag;
    memset(&options, 0, sizeof options);
    incomplete.t2_seconds = NULL;
    CHECK(mrfsimd_open_file(NULL, NULL, &mapper) == MRFSIMD_INVALID_ARGUMENT && mapper == 0);
    CHECK(mrfsimd_open_file(model, NULL, NULL) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_open_file("/no/such/model", NULL, &mapper) == MRFSIMD_INVALID_MODEL);
    CHECK(strstr(mrfsimd_last_error(), "/no/such/model") != NULL);
    CHECK(mrfsimd_open_file("/", NULL, &mapper) == MRFSIMD_INVALID_MODEL);
    CHECK(mrfsimd_open_file("/dev/null", NULL, &mapper) == MRFSIMD_INVALID_MODEL);
    CHECK(mrfsimd_open_memory("rubbish", 7, NULL, &mapper) == MRFSIMD_INVALID_MODEL);
    CHECK(mrfsimd_open_memory("rubbish", -1, NULL, &mapper) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_open_memory(NULL, 7, NULL, &mapper) == MRFSIMD_INVALID_ARGUMENT);
    options.threads = -1;
    CHECK(mrfsimd_open_file(model, &options, &mapper) == MRFSIMD_INVALID_ARGUMENT);
    options.threads = 1;
    options.noise_deviation = -1;
    CHECK(mrfsimd_open_file(model, &options, &mapper) == MRFSIMD_INVALID_ARGUMENT && mapper == 0);
    options.noise_deviation = 0;
    CHECK(mrfsimd_open_file(model, &options, &mapper) == MRFSIMD_OK && mapper != 0);
    CHECK(mrfsimd_pulse_count(mapper, NULL) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_pulse_count(mapper, &count) == MRFSIMD_OK && count == pulses);
    CHECK(mrfsimd_map(mapper, NULL, VOXELS, pulses, 1, NULL, NULL, &maps) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, 1, NULL, NULL, NULL) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, 1, NULL, NULL, &incomplete) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_map(mapper, signals, -1, pulses, 1, NULL, NULL, &maps) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(strstr(mrfsimd_last_error(), "voxels is -1") != NULL);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, pulses, -1, NULL, NULL, &maps) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_map(mapper, signals, VOXELS, INT64_MAX, 1, NULL, NULL, &maps) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_map(mapper, signals, 0, pulses, 1, NULL, NULL, &maps) == MRFSIMD_OK);
    CHECK(mrfsimd_check_sequence(mapper, 1, &value, &value, &value, &value) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(strstr(mrfsimd_last_error(), "trained for") != NULL);
    CHECK(mrfsimd_check_sequence(mapper, 1, NULL, &value, &value, &value) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_check_sequence(mapper, -1, &value, &value, &value, &value) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_residual(mapper, NULL, &value, &flag) == MRFSIMD_INVALID_ARGUMENT);
    CHECK(mrfsimd_close(mapper) == MRFSIMD_OK);
    CHECK(mrfsimd_close(mapper) == MRFSIMD_INVALID_HANDLE);
    CHECK(mrfsimd_close(0) == MRFSIMD_INVALID_HANDLE);
    CHECK(mrfsimd_pulse_count(mapper, &count) == MRFSIMD_INVALID_HANDLE);
    CHECK(mrfsimd_map(mapper, signals, 0, pulses, 1, NULL, NULL, &maps) == MRFSIMD_INVALID_HANDLE);
    CHECK(mrfsimd_residual(mapper, &value, &value, &flag) == MRFSIMD_INVALID_HANDLE);
}

/* The whole file in memory. */
static char *read_file(const char *path, int64_t *length) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) abort();
    *length = ftell(file);
    rewind(file);
    char *bytes = malloc((size_t)*length);
    if (bytes == NULL || fread(bytes, 1, (size_t)*length, file) != (size_t)*length) abort();
    fclose(file);
    return bytes;
}

static void test_damaged_models(const char *model) {
    int64_t length;
    mrfsimd_mapper mapper;
    char *bytes = read_file(model, &length);
    for (int64_t cut = 0; cut < length; cut = 2 * cut + 1) CHECK(mrfsimd_open_memory(bytes, cut, NULL, &mapper) == MRFSIMD_INVALID_MODEL);
    CHECK(mrfsimd_open_memory(bytes, length - 1, NULL, &mapper) == MRFSIMD_INVALID_MODEL);
    /* Not a number among the weights. */
    memset(bytes + length - 4, 0xff, 4);
    CHECK(mrfsimd_open_memory(bytes, length, NULL, &mapper) == MRFSIMD_INVALID_MODEL);
    CHECK(strstr(mrfsimd_last_error(), "tensor '") != NULL);
    free(bytes);
}

/* One round of calls that succeed and fail in every way that is quick. */
static void many_calls(mrfsimd_mapper mapper, const float *signals, int64_t pulses, int rounds) {
    static results r;
    mrfsimd_maps maps = estimates_of(&r);
    int64_t count;
    mrfsimd_mapper none;
    for (int i = 0; i < rounds; i++) {
        mrfsimd_pulse_count(mapper, &count);
        mrfsimd_pulse_count(-1, &count);
        mrfsimd_map(mapper, signals, -1, pulses, 1, NULL, NULL, &maps);
        mrfsimd_map(mapper, signals, VOXELS, pulses, -1, NULL, NULL, &maps);
        mrfsimd_open_memory("rubbish", 7, NULL, &none);
        mrfsimd_open_file("/no/such/model", NULL, &none);
        mrfsimd_close(-1);
        mrfsimd_last_error();
        if (i % 100 == 0) mrfsimd_map(mapper, signals, 1, pulses, 1, NULL, NULL, &maps);
    }
}

static void test_leaks(const char *model, const float *signals, int64_t pulses) {
    enum { CALLS_PER_ROUND = 8 };
    mrfsimd_options options;
    mrfsimd_mapper mapper, opened;
    memset(&options, 0, sizeof options);
    options.threads = 1;
    CHECK(mrfsimd_open_file(model, &options, &mapper) == MRFSIMD_OK);
    /* The collector's heap settles first. */
    many_calls(mapper, signals, pulses, CALLS / CALLS_PER_ROUND / 4);
    long before = resident();
    many_calls(mapper, signals, pulses, CALLS / CALLS_PER_ROUND);
    long grown = resident() - before;
    printf("%d calls: resident memory grew by %ld kB to %ld kB\n", CALLS, grown, resident());
    /* 16 bytes a call would be 15,600 kB; the collector's heap breathes by less than half of that. */
    CHECK(grown < 8000);
    CHECK(mrfsimd_close(mapper) == MRFSIMD_OK);
    /* A model is tens of megabytes of native memory: twenty that stay would show. */
    for (int i = 0; i < 10; i++) {
        CHECK(mrfsimd_open_file(model, &options, &opened) == MRFSIMD_OK);
        CHECK(mrfsimd_close(opened) == MRFSIMD_OK);
    }
    before = resident();
    for (int i = 0; i < 20; i++) {
        CHECK(mrfsimd_open_file(model, &options, &opened) == MRFSIMD_OK);
        CHECK(mrfsimd_close(opened) == MRFSIMD_OK);
    }
    grown = resident() - before;
    printf("20 models opened and closed: resident memory grew by %ld kB\n", grown);
    CHECK(grown < 40000);
}

typedef struct {
    const char *model;
    const float *signals;
    int64_t pulses;
    results r;
} caller;

static void *run_caller(void *argument) {
    caller *c = argument;
    mrfsimd_options options;
    mrfsimd_mapper mapper, none;
    mrfsimd_maps maps = estimates_of(&c->r);
    char expected[64];
    memset(&options, 0, sizeof options);
    options.threads = 1;
    if (mrfsimd_open_file(c->model, &options, &mapper) != MRFSIMD_OK) return NULL;
    /* Each thread reads its own failure. */
    snprintf(expected, sizeof expected, "/no/such/%p", argument);
    mrfsimd_open_file(expected, NULL, &none);
    mrfsimd_map(mapper, c->signals, VOXELS, c->pulses, 1, NULL, NULL, &maps);
    int right = strstr(mrfsimd_last_error(), expected) != NULL && mrfsimd_close(mapper) == MRFSIMD_OK;
    return right ? argument : NULL;
}

static void test_threads(const char *model, const float *signals, int64_t pulses) {
    enum { CALLERS = 4 };
    static caller callers[CALLERS];
    pthread_t threads[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        callers[i].model = model;
        callers[i].signals = signals;
        callers[i].pulses = pulses;
        CHECK(pthread_create(&threads[i], NULL, run_caller, &callers[i]) == 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        void *ended;
        CHECK(pthread_join(threads[i], &ended) == 0 && ended == &callers[i]);
        CHECK(same(&callers[i].r, &callers[0].r));
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: abi_test MODEL.safetensors EXPECTED_SIMD_LEVEL\n");
        return 2;
    }
    const char *model = arguments[1];
    mrfsimd_mapper mapper;
    int64_t pulses = 0;
    test_constants(arguments[2]);
    CHECK(mrfsimd_open_file(model, NULL, &mapper) == MRFSIMD_OK);
    CHECK(mrfsimd_pulse_count(mapper, &pulses) == MRFSIMD_OK && pulses > 0);
    CHECK(mrfsimd_close(mapper) == MRFSIMD_OK);
    if (failures == 0) {
        float *signals = make_signals(VOXELS * pulses);
        test_layouts(model, signals, pulses);
        test_products(model, signals, pulses);
        test_refinement(model, signals, pulses);
        test_wrong_calls(model, signals, pulses);
        test_damaged_models(model);
        test_threads(model, signals, pulses);
        test_leaks(model, signals, pulses);
        free(signals);
    }
    printf("%s: %d failed\n", mrfsimd_simd_level(), failures);
    return failures != 0;
}
