using MrfSimd.Tests.Fingerprinting;
using MrfSimd.Tests.LinearAlgebra;

// The test runner loads this assembly as a library. Run as a program, it exercises the kernels for the disassembly check, or measures a search's memory.
if (args is [KernelDisassembly.ExerciseArgument]) KernelDisassembly.Exercise();
else if (args is [SearchMemory.Argument, string method, string budget]) Console.WriteLine(SearchMemory.Measure(method, long.Parse(budget)));
