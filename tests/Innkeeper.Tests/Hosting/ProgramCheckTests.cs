using Innkeeper.Hosting;
using Innkeeper.Interop;

namespace Innkeeper.Tests.Hosting;

/// <summary>What may lie where the program was, and what the gateway says of it before it lets go.</summary>
public sealed class ProgramCheckTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string Program => Path.Combine(_directory, "innkeeper");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private IReadOnlyList<string>? Ask(string? content, double seconds = 20)
    {
        if (content is not null)
        {
            File.WriteAllText(Program, content);
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new ProgramCheck(new ProgramFile(Program), TimeSpan.FromSeconds(seconds)).Ask(() => "/etc/the file");
    }

    private string Refusal(string reason) => $"the program {Program} was replaced, and the new one cannot take over: {reason}";

    [Fact]
    public void Program_ThatIsTheRunningOne_IsNotAsked()
    {
        var own = ProgramFile.OfThisProcess(null);
        Assert.False(own.IsReplaced);
        Assert.Null(new ProgramCheck(own, TimeSpan.FromSeconds(1)).Ask(() => "/etc/the file"));
    }

    [Fact]
    public void Program_ReachedByALinkThatNowLeadsElsewhere_IsReplaced()
    {
        var link = Path.Combine(_directory, "link");
        File.CreateSymbolicLink(link, ProgramFile.OfThisProcess(null).Path);
        var named = ProgramFile.OfThisProcess(link);
        Assert.Equal((link, false), (named.Path, named.IsReplaced));

        File.Delete(link);
        File.CreateSymbolicLink(link, "/bin/sh");
        Assert.True(named.IsReplaced);
    }

    [Fact]
    public void Program_ThatAnswers_CanTakeOver_AndIsToldTheFile() =>
        Assert.Equal([], Ask($"#!/bin/sh\n[ \"$*\" = 'takeover-check --config /etc/the file' ] && echo '{TakeoverCheck.Answer}'\n"));

    [Fact]
    public void Program_ThatSaysNo_IsRefusedInItsWords() =>
        Assert.Equal([Refusal("first"), "second  [2J"], Ask("#!/bin/sh\nprintf 'first\\nsecond \\033[2J\\n' >&2; exit 1\n"));

    [Theory]
    [InlineData("#!/bin/sh\nexit 0\n", "it ended with 0 and said nothing")]
    [InlineData("#!/bin/sh\necho innkeeper can take over; exit 3\n", "it ended with 3 and said nothing")]
    [InlineData("#!/bin/sh\nkill -SEGV $$\n", "it ended with 139 and said nothing")]
    public void Program_ThatSaysNothing_IsRefused(string content, string reason) => Assert.Equal([Refusal(reason)], Ask(content));

    [Theory]
    [InlineData("no program at all")]
    [InlineData("#!/no/such/interpreter\n")]
    public void Program_ThatCannotBeStarted_IsRefused(string content) => Assert.StartsWith(Refusal(""), Assert.Single(Ask(content)!), StringComparison.Ordinal);

    /// <summary>Silent or endless: it is ended, and its children with it.</summary>
    [Theory]
    [InlineData("#!/bin/sh\nsleep 1000 & echo $! > \"$0.pid\"; wait\n")]
    [InlineData("#!/bin/sh\nyes & echo $! > \"$0.pid\"; wait\n")]
    public void Program_ThatDoesNotEnd_IsRefusedAfterTheTime(string content)
    {
        Assert.Equal([Refusal("it did not answer within 2 s")], Ask(content, 2));
        var child = File.ReadAllText(Program + ".pid").Trim();
        Wait.For(() => HasEnded(child));
    }

    [Fact]
    public void Program_ThatIsGone_IsRefused() => Assert.Equal([$"the program {Program} is not there any more; install it again, then reload"], Ask(null));

    /// <summary>It may be gone between two looks.</summary>
    private static bool HasEnded(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
