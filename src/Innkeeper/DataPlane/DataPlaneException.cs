namespace Innkeeper.DataPlane;

/// <summary>The data plane cannot be loaded, attached or written to; the message is for the administrator.</summary>
internal sealed class DataPlaneException(string message, string? detail = null) : Exception(message)
{
    private const int EPERM = 1;
    private const int ENOMEM = 12;
    private const int EACCES = 13;
    private const int E2BIG = 7;
    private const int ENOSYS = 38;

    /// <summary>Details for <c>--verbose</c> and the log: the kernel verifier's output.</summary>
    public string? Detail => detail;

    public static DataPlaneException FromErrno(string what, int errno, string? detail = null) =>
        new($"{what}: {Explain(errno)}", detail);

    /// <summary>The programs were not loaded.</summary>
    public static DataPlaneException OfLoad(int errno, string? detail) => errno == E2BIG
        ? new("cannot load the data plane: the kernel's verifier gave up, as the program is too large for it; run with --verbose for its words and report them with `uname -r`", detail)
        : FromErrno("cannot load the data plane", errno, detail);

    /// <summary>The kernel refused the types of the programs.</summary>
    /// <param name="refusal">libbpf's words.</param>
    public static DataPlaneException OfTypes(string refusal, string? detail) => new(
        $"cannot load the data plane: the kernel refused the types of its programs (bpf command BTF_LOAD), without which it does not verify them ({refusal}); " +
        "a container's seccomp filter or a security module may forbid that command, or memory is short", detail);

    private static string Explain(int errno) => errno switch
    {
        EPERM => "not permitted, though the capabilities are there; a container's seccomp filter or a security module forbids it",
        ENOSYS => "there is no bpf(2): the kernel was built without it (CONFIG_BPF_SYSCALL), or a container's seccomp filter hides it",
        EACCES => "the kernel's verifier refused the program; run with --verbose for its words and report them with `uname -r`",
        ENOMEM => "out of kernel memory; lower [dataplane] bindings, or raise the limit of locked memory (ulimit -l)",
        E2BIG => "it is full; raise [dataplane] bindings and restart after `innkeeper teardown`",
        _ => $"{System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}); run with --verbose for details",
    };
}
