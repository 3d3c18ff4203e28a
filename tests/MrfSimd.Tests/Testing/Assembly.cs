using FsCheck.Xunit;

// The SIMD level that a test forces holds for the process, and allocation tests count the whole process: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// One fixed seed, so that a failure in CI is a failure everywhere.
[assembly: Properties(Replay = "20170701,1", MaxTest = 100, QuietOnSuccess = true)]
