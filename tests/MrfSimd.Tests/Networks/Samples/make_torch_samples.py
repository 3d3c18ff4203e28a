"""Writes the files beside this script: networks as PyTorch users save them, an input, and the outputs they must give.

Independent of MrfSimd: NumPy in double precision; the networks are evaluated as torch.nn.Sequential would. Needs python3-numpy.
"""
import json
import os
import struct
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS, PULSES, HIDDEN = 5, 6, 4
random = np.random.default_rng(20170701)


def place(name):
    return os.path.join(HERE, name)


def save(name, tensors):
    """The safetensors format: header size, JSON header, data."""
    types = {'float32': 'F32', 'complex64': 'C64', 'int64': 'I64'}
    header, data, offset = {}, b'', 0
    for key, tensor in tensors.items():
        bytes_ = np.ascontiguousarray(tensor).tobytes()
        header[key] = {'dtype': types[tensor.dtype.name], 'shape': list(tensor.shape), 'data_offsets': [offset, offset + len(bytes_)]}
        data, offset = data + bytes_, offset + len(bytes_)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(place(name), 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + data)


def complex_normal(*shape):
    return ((random.standard_normal(shape) + 1j * random.standard_normal(shape)) / np.sqrt(2 * shape[-1])).astype(np.complex64)


def cardioid(z):
    return 0.5 * (1 + np.cos(np.angle(z))) * z


# nn.Linear holds [out, in]; the layers between are activations without tensors, so that indices are those of the nn.Sequential.
complex_state = {'net.0.weight': complex_normal(HIDDEN, PULSES), 'net.0.bias': complex_normal(HIDDEN),
                 'net.2.weight': complex_normal(2, HIDDEN), 'net.2.bias': complex_normal(2)}
save('torch_complex64.safetensors', complex_state)
save('torch_pairs.safetensors', {k: np.stack([v.real, v.imag], -1) for k, v in complex_state.items()})
save('torch_parts.safetensors', {k + part: getattr(v, part[1:]).copy() for k, v in complex_state.items() for part in ('.real', '.imag')})

real_state = {'net.0.weight': random.standard_normal((HIDDEN, 2 * PULSES)).astype(np.float32), 'net.0.bias': random.standard_normal(HIDDEN).astype(np.float32),
              'net.1.weight': (1 + 0.2 * random.standard_normal(HIDDEN)).astype(np.float32), 'net.1.bias': random.standard_normal(HIDDEN).astype(np.float32),
              'net.1.running_mean': random.standard_normal(HIDDEN).astype(np.float32), 'net.1.running_var': random.uniform(1, 9, HIDDEN).astype(np.float32),
              'net.1.num_batches_tracked': np.array([1000], np.int64),
              'net.3.weight': random.standard_normal((2, HIDDEN)).astype(np.float32), 'net.3.bias': random.standard_normal(2).astype(np.float32)}
save('torch_real.safetensors', real_state)

x = (random.standard_normal((ROWS, PULSES)) + 1j * random.standard_normal((ROWS, PULSES))).astype(np.complex64)
np.save(place('torch_input.npy'), x)

d = {k: v.astype(np.complex128) for k, v in complex_state.items()}
z = x.astype(np.complex128)
y = cardioid(z @ d['net.0.weight'].T + d['net.0.bias']) @ d['net.2.weight'].T + d['net.2.bias']
np.save(place('torch_complex_output.npy'), y.real)

r = {k: v.astype(np.float64) for k, v in real_state.items()}
h = np.stack([z.real, z.imag], -1).reshape(ROWS, 2 * PULSES) @ r['net.0.weight'].T + r['net.0.bias']
h = (h - r['net.1.running_mean']) / np.sqrt(r['net.1.running_var'] + 1e-5) * r['net.1.weight'] + r['net.1.bias']
np.save(place('torch_real_output.npy'), np.maximum(h, 0) @ r['net.3.weight'].T + r['net.3.bias'])
