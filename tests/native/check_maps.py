"""signals WORK VOXELS: writes random signals [pulse, voxel]. compare WORK VOXELS: the maps of all examples agree with those of 'mrfsimd map'."""
import os
import sys
import numpy as np

PULSES = 500
command, work, voxels = sys.argv[1], sys.argv[2], int(sys.argv[3])


def place(name):
    return os.path.join(work, name)


if command == 'signals':
    random = np.random.default_rng(1)
    signals = (random.standard_normal((PULSES, voxels)) + 1j * random.standard_normal((PULSES, voxels))).astype(np.complex64)
    # A voxel of air, and a damaged one.
    signals[:, 3] = 0
    signals[7, 5] = np.nan
    np.save(place('signals.npy'), signals)
    signals.tofile(place('signals.bin'))
else:
    maps = np.load(place('python.npy'))
    for other in ('c.bin', 'cpp.bin'):
        np.testing.assert_array_equal(np.fromfile(place(other), np.float32).reshape(4, voxels), maps, err_msg=other)
    # NIfTI: 352 bytes of header, then float32; files are in ms where the interface is in seconds.
    for row, (name, unit) in enumerate([('maps/t1_ms.nii', 1000), ('maps/t2_ms.nii', 1000), ('maps/b0_hz.nii', 1), ('maps/pd.nii', 1)]):
        tool = np.fromfile(place(name), '<f4', offset=352)
        # The same arithmetic on the same machine; a change of unit rounds once.
        np.testing.assert_allclose(unit * maps[row].astype(np.float64), tool, rtol=2e-7, atol=0, err_msg=name)
    assert np.isfinite(maps).sum() == 4 * (voxels - 1) and (maps[:, 3] == 0).all() and np.isnan(maps[:, 5]).all()
    print(f'{voxels} voxels: C, C++ and Python agree bit for bit, and with mrfsimd map')
