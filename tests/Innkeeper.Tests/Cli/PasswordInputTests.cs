using Innkeeper.Cli;

namespace Innkeeper.Tests.Cli;

/// <summary>A password is typed twice, is not shown, and can be corrected.</summary>
public sealed class PasswordInputTests : IDisposable
{
    private readonly StringWriter _errors = new();

    public void Dispose() => _errors.Dispose();

    private string? Type(string keys, out string fault)
    {
        var typed = new Queue<ConsoleKeyInfo>(keys.Select(c => new ConsoleKeyInfo(c, c switch { '\r' => ConsoleKey.Enter, '\b' => ConsoleKey.Backspace, _ => ConsoleKey.A }, false, false, false)));
        return new PasswordInput(_errors, typed.Dequeue).Read(null, out fault);
    }

    [Fact]
    public void Password_TypedTwice_IsRead_AndNotShown()
    {
        Assert.Equal("secret words", Type("secrex\bt words\t\rsecret words\r", out var fault));
        Assert.Equal(("", "Password: \nThe same again: \n"), (fault, _errors.ToString()));
    }

    [Fact]
    public void Password_TypedDifferently_IsRefused()
    {
        Assert.Null(Type("one\rother\r", out var fault));
        Assert.Equal("the two passwords differ", fault);
    }

    [Fact]
    public void Password_WithoutATerminal_SaysWhatToDo()
    {
        Assert.Null(new PasswordInput(_errors, null).Read(null, out var fault));
        Assert.Equal("there is no terminal to type the password on; give --password-file FILE", fault);
    }
}
