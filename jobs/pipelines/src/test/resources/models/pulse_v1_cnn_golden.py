"""Answers of the integer network in numpy, straight from docs/pulse-network.md, for ShippedModelsTest.

python3 pulse_v1_cnn_golden.py pulse-v1-cnn.nir > pulse-v1-cnn-golden.csv
Lines: 64 samples, time in picoseconds, energy in 1/16 LSB.
"""

import sys

import h5py
import numpy as np


def requantize(sums, multiplier, shift):
    high = (sums * multiplier[:, None] + (1 << 30)) >> 31
    half = np.where(shift > 0, (1 << shift) >> 1, 0)[:, None]
    size = (np.abs(high) + half) >> shift[:, None]
    return np.sign(high) * size


def measure(nodes, metadata, w):
    norm = nodes["normalization"]
    template = norm["template"][()].astype(np.int64)
    d = 16 * w - w[:16].sum()
    c = d[int(norm["height_from"][()]) : int(norm["height_to"][()])].sum()
    h = int(np.clip((c * int(norm["height_gain"][()]) + (1 << 17)) >> 18, int(norm["lowest_height"][()]), 1 << 20))
    r = ((1 << 40) + h // 2) // h
    x = np.stack([
        np.clip(((d * r + (1 << 25)) >> 26) - template, -32767, 32767),
        np.full(len(w), min(r >> 15, 32767)),
    ])
    layer = 1
    while f"convolution{layer}" in nodes:
        node = nodes[f"convolution{layer}"]
        weight = node["weight"][()].astype(np.int64)
        stride = int(node["stride"][()])
        kernel = weight.shape[2]
        positions = (x.shape[1] - kernel) // stride + 1
        reach = np.stack([x[:, p * stride : p * stride + kernel] for p in range(positions)])
        sums = np.einsum("oik,pik->op", weight, reach) + node["bias"][()].astype(np.int64)[:, None]
        y = requantize(sums, node["multiplier"][()].astype(np.int64), node["shift"][()].astype(np.int64))
        x = np.clip(y, 0 if int(node["relu"][()]) else -32767, 32767)
        layer += 1
    u, v = int(x[0, 0]), int(x[1, 0])
    period = int(metadata["sample_period_ps"][()])
    return int(metadata["reference_ps"][()]) + ((u * period + (1 << 11)) >> 12), h + ((h * v + (1 << 11)) >> 12)


def waveform(random):
    t = np.arange(64) * 4.0
    w = 200 + random.uniform(-100, 100) + random.normal(0, 15.7, 64)
    for start in [random.uniform(60, 64)] + list(random.uniform(-300, 256, random.poisson(0.7))):
        s = np.maximum(0, t - start) / 85
        w += random.uniform(300, 3700) * s**2 * np.exp(2 - 2 * s)
    return np.clip(np.round(w), 0, 4095).astype(np.int64)


def main():
    random = np.random.default_rng(1)
    with h5py.File(sys.argv[1]) as file:
        nodes = file["node/nodes"]
        metadata = file["node/metadata"]
        for _ in range(200):
            w = waveform(random)
            print(*w, *measure(nodes, metadata, w), sep=",")


main()
