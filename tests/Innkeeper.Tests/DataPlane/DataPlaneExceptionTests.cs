using Innkeeper.DataPlane;

namespace Innkeeper.Tests.DataPlane;

/// <summary>Errors of the kernel in words that lead to their cause.</summary>
public sealed class DataPlaneExceptionTests
{
    private const int E2BIG = 7;

    /// <summary>libbpf's words, of two versions.</summary>
    [Theory]
    [InlineData("libbpf: Error loading .BTF into kernel: -1. BTF is optional, ignoring.\n", "libbpf: Error loading .BTF into kernel: -1. BTF is optional, ignoring.")]
    [InlineData("libbpf: Error loading .BTF into kernel: -EPERM. BTF is mandatory, can't proceed.\n", "libbpf: Error loading .BTF into kernel: -EPERM. BTF is mandatory, can't proceed.")]
    [InlineData("libbpf: map 'bindings': created successfully\n", null)]
    public void RefusalIn_WordsOfLibbpf_AreThoseOfRefusedTypes(string text, string? expected) => Assert.Equal(expected, LibbpfLog.RefusalIn(text));

    [Fact]
    public void OfTypes_NamesTheCommandThatWasRefused_AndNoTableThatIsFull()
    {
        var message = DataPlaneException.OfTypes("Error loading .BTF into kernel: -1", null).Message;
        Assert.Contains("BTF_LOAD", message);
        Assert.DoesNotContain("full", message);
    }

    [Fact]
    public void OfLoad_AProgramThatIsTooLarge_IsNoTableThatIsFull()
    {
        Assert.DoesNotContain("[dataplane] bindings", DataPlaneException.OfLoad(E2BIG, null).Message);
        Assert.Contains("[dataplane] bindings", DataPlaneException.FromErrno("cannot add a binding", E2BIG).Message);
    }
}
