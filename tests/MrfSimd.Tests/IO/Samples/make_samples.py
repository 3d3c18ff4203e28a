"""Writes the sample files beside this script. See README.md for the versions that wrote those in the repository."""
import os
import subprocess
import h5py
import nibabel
import numpy as np
import scipy.io

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPE = (2, 3, 4)


def place(name):
    return os.path.join(HERE, name)


def values(dtype, shape=SHAPE):
    """Element k in C order: k - 3, complex ones (k - 3) - i k/4, unsigned ones k, bool every third."""
    k = np.arange(np.prod(shape)).reshape(shape)
    kind = np.dtype(dtype).kind
    if kind == 'c':
        return ((k - 3) - 0.25j * k).astype(dtype)
    if kind == 'b':
        return k % 3 == 0
    return (k if kind == 'u' else k - 3).astype(dtype)


TYPES = ['|b1', '|i1', '|u1', '<i2', '<u2', '<i4', '<u4', '<i8', '<u8', '<f2', '<f4', '<f8', '<c8', '<c16']


def numpy_files():
    np.save(place('numpy_c8.npy'), values('<c8'))
    np.save(place('numpy_f8_fortran.npy'), np.asfortranarray(values('<f8')))
    np.save(place('numpy_scalar.npy'), np.float32(2.5))
    np.save(place('numpy_vector.npy'), values('<i8', (5,)))
    np.save(place('numpy_empty.npy'), np.zeros((0, 7), '<f4'))
    np.save(place('numpy_object.npy'), np.array([{}, None], object), allow_pickle=True)
    np.save(place('numpy_struct.npy'), np.zeros(2, [('re', '<f4'), ('im', '<f4')]))
    with open(place('numpy_version2.npy'), 'wb') as file:
        np.lib.format.write_array(file, values('<u2'), version=(2, 0))
    with open(place('numpy_version3.npy'), 'wb') as file:
        np.lib.format.write_array(file, values('<u2'), version=(3, 0))
    arrays = {}
    for name in TYPES:
        for order, suffix in (('C', ''), ('F', '_fortran')):
            arrays[name[1:] + suffix] = np.array(values(name), order=order)
            if np.dtype(name).itemsize > 1:
                arrays[name[1:] + '_big' + suffix] = np.array(values(name.replace('<', '>')), order=order)
    np.savez(place('numpy_all.npz'), **arrays)
    np.savez_compressed(place('numpy_all_compressed.npz'), **arrays)


def matlab_files():
    arrays = {name[1:]: values(name) for name in TYPES if name != '<f2'}
    arrays['row'] = values('<f8', (1, 5))
    arrays['empty'] = np.zeros((0, 3))
    arrays['a_name_of_many_characters'] = np.array([[1.5]])
    arrays['text'] = 'not an array'
    arrays['cell'] = np.array([1, 'a'], object)
    arrays['struct'] = {'field': 1.0}
    scipy.io.savemat(place('scipy_plain.mat'), arrays)
    scipy.io.savemat(place('scipy_compressed.mat'), arrays, do_compression=True)
    scipy.io.savemat(place('scipy_version4.mat'), {'row': values('<f8', (1, 5))}, format='4')


def nifti_files():
    affine = np.array([[-2, 0.5, 0, 10], [0.25, 3, 0, -20], [0, 0, 4, 30], [0, 0, 0, 1]])
    rotated = nibabel.affines.from_matvec(
        nibabel.eulerangles.euler2mat(0.3, -0.2, 0.9) @ np.diag([1, 2, -3.0]), [5, 6, 7])
    image = nibabel.Nifti1Image(values('<c8'), affine)
    image.header.set_xyzt_units('mm', 'msec')
    image.header['descrip'] = b'made by nibabel'
    nibabel.save(image, place('nibabel_c8.nii'))
    nibabel.save(nibabel.Nifti1Image(values('<i2'), affine), place('nibabel_i2.nii.gz'))
    big = nibabel.Nifti1Image(values('>f4', (2, 3, 4, 2)), affine,
                              nibabel.Nifti1Header(endianness='>'))
    nibabel.save(big, place('nibabel_f4_big.nii'))
    scaled = nibabel.Nifti1Image(values('<f8') * 0.5 + 2, None)
    scaled.header.set_data_dtype('<i2')
    nibabel.save(scaled, place('nibabel_scaled.nii'))
    qform = nibabel.Nifti1Image(values('<u1'), None)
    qform.set_qform(rotated, code='scanner')
    qform.header.extensions.append(nibabel.nifti1.Nifti1Extension('comment', b'an extension'))
    nibabel.save(qform, place('nibabel_qform.nii'))
    np.save(place('nibabel_qform_affine.npy'), nibabel.load(place('nibabel_qform.nii')).affine)
    nibabel.save(nibabel.Nifti2Image(values('<u1'), affine), place('nibabel_version2.nii'))
    nibabel.save(nibabel.Nifti1Pair(values('<u1'), affine), place('nibabel_pair.img'))


def bart_files():
    # BART notes its command line in the header: relative names only. x = (k + 1) - i k/4 for k = 0..5 in Fortran order.
    numbers = [f'{k + 1}{-k / 4:+}i' for k in range(6)]
    subprocess.run(['bart', 'vec', *numbers, 'line'], check=True, cwd=HERE)
    subprocess.run(['bart', 'reshape', '7', '2', '3', '1', 'line', 'bart'], check=True, cwd=HERE)
    for end in ('.cfl', '.hdr'):
        os.remove(place('line' + end))


def hdf5_files():
    with h5py.File(place('h5py.h5'), 'w', libver='earliest') as file:
        file['group/c8'] = values('<c8')
        file['c16_big'] = values('>c16')
        file['f4'] = values('<f4')
        file['i2_big'] = values('>i2')
        file['u1'] = values('|u1')
        file.create_dataset('chunked', data=values('<f8'), chunks=(1, 3, 2), compression='gzip', shuffle=True)
        file['text'] = 'not an array'
    # The layout of MATLAB's -v7.3 files: a 512-byte block of text, {real, imag} compounds, axes reversed, class names as attributes.
    with h5py.File(place('matlab73_layout.mat'), 'w', userblock_size=512) as file:
        x = values('<c8')
        pair = np.empty(x.T.shape, [('real', '<f4'), ('imag', '<f4')])
        pair['real'], pair['imag'] = x.T.real, x.T.imag
        data = file.create_dataset('signals', data=pair)
        data.attrs['MATLAB_class'] = np.bytes_('single')
    with open(place('matlab73_layout.mat'), 'r+b') as file:
        file.write(b'MATLAB 7.3 MAT-file, Platform: GLNXA64'.ljust(124) + b'\x00\x02IM')


if __name__ == '__main__':
    numpy_files()
    matlab_files()
    nifti_files()
    bart_files()
    hdf5_files()
