using MrfSimd.Tests.LinearAlgebra;

// The test runner loads this assembly as a library. Run as a program, it exercises the kernels for the disassembly check.
if (args is [KernelDisassembly.ExerciseArgument]) KernelDisassembly.Exercise();
