// The steps of a fully connected network of two layers of leaky integrate-and-fire neurons, as EngineBenchmark takes them:
// doubles, event-driven, rows of the weights added in the order of their inputs, four at a time.
//
//     lif_step FILE SECONDS
//
// FILE, little-endian: int32 inputs, hidden, outputs, steps; float64 decay and threshold of all neurons, then the weights
// [inputs][hidden] and [hidden][outputs]; then for each step int32 count and as many indices of the inputs that spike.
// Prints the nanoseconds of processor time per step, taking the steps over and over for at least SECONDS, and the spikes
// of the hidden and of the output layer in the first pass.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Begins at a cache line.
static void *allocate(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (memory == NULL) {
        fprintf(stderr, "lif_step: out of memory\n");
        exit(1);
    }
    return memory;
}

static double *zeros(int count) {
    double *values = allocate(count * sizeof(double));
    memset(values, 0, count * sizeof(double));
    return values;
}

static void *read_or_exit(FILE *file, size_t size, size_t count) {
    void *values = allocate(size * count);
    if (fread(values, size, count, file) != count) {
        fprintf(stderr, "lif_step: file too short\n");
        exit(1);
    }
    return values;
}

static void accumulate_row(const double *restrict row, double *restrict drive, int neurons) {
    for (int j = 0; j < neurons; j++) {
        drive[j] += row[j];
    }
}

static void accumulate_rows(const double *restrict a, const double *restrict b, const double *restrict c,
                            const double *restrict d, double *restrict drive, int neurons) {
    for (int j = 0; j < neurons; j++) {
        drive[j] = drive[j] + a[j] + b[j] + c[j] + d[j];
    }
}

static void accumulate(const double *rows, const int32_t *indices, int count, double *drive, int neurons) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
        accumulate_rows(rows + (size_t) indices[i] * neurons, rows + (size_t) indices[i + 1] * neurons,
                        rows + (size_t) indices[i + 2] * neurons, rows + (size_t) indices[i + 3] * neurons, drive, neurons);
    }
    for (; i < count; i++) {
        accumulate_row(rows + (size_t) indices[i] * neurons, drive, neurons);
    }
}

static int leak_and_fire(double *restrict v, double *restrict drive, double decay, double threshold, int neurons,
                         int32_t *restrict spiking) {
    for (int j = 0; j < neurons; j++) {
        v[j] = v[j] * decay + drive[j];
        drive[j] = 0;
    }
    int count = 0;
    for (int j = 0; j < neurons; j++) {
        if (v[j] > threshold) {
            v[j] = 0;
            spiking[count++] = j;
        }
    }
    return count;
}

static double processor_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

int main(int argc, char **argv) {
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: lif_step FILE SECONDS\n");
        return 2;
    }
    int32_t *sizes = read_or_exit(file, sizeof(int32_t), 4);
    int inputs = sizes[0], hidden = sizes[1], outputs = sizes[2], steps = sizes[3];
    double *constants = read_or_exit(file, sizeof(double), 2);
    double *hidden_rows = read_or_exit(file, sizeof(double), (size_t) inputs * hidden);
    double *output_rows = read_or_exit(file, sizeof(double), (size_t) hidden * outputs);
    int32_t **active = allocate(steps * sizeof(*active));
    int32_t *counts = allocate(steps * sizeof(*counts));
    for (int k = 0; k < steps; k++) {
        int32_t *count = read_or_exit(file, sizeof(int32_t), 1);
        counts[k] = *count;
        active[k] = read_or_exit(file, sizeof(int32_t), counts[k]);
        free(count);
    }
    fclose(file);

    double *hidden_v = zeros(hidden), *hidden_drive = zeros(hidden);
    double *output_v = zeros(outputs), *output_drive = zeros(outputs);
    int32_t *spiking = allocate((hidden > outputs ? hidden : outputs) * sizeof(*spiking));
    double seconds = atof(argv[2]);
    long hidden_spikes = 0, output_spikes = 0, first_hidden = -1, first_output = -1, passes = 0;
    double start = processor_seconds(), taken;
    do {
        for (int k = 0; k < steps; k++) {
            accumulate(hidden_rows, active[k], counts[k], hidden_drive, hidden);
            int count = leak_and_fire(hidden_v, hidden_drive, constants[0], constants[1], hidden, spiking);
            hidden_spikes += count;
            accumulate(output_rows, spiking, count, output_drive, outputs);
            output_spikes += leak_and_fire(output_v, output_drive, constants[0], constants[1], outputs, spiking);
        }
        if (passes++ == 0) {
            first_hidden = hidden_spikes;
            first_output = output_spikes;
        }
        taken = processor_seconds() - start;
    } while (taken < seconds);
    printf("%.2f %ld %ld\n", 1e9 * taken / ((double) passes * steps), first_hidden, first_output);
    return 0;
}
