using Innkeeper.Accounts;

namespace Innkeeper.Tests.Accounts;

/// <summary>The rule for passwords, and their hashes.</summary>
public sealed class PasswordsTests : IDisposable
{
    private readonly Passwords _passwords = new(1000);

    public void Dispose() => _passwords.Dispose();

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("zzkkw84hq1")]
    [InlineData("\u043f\u0430\u0440\u043e\u043b\u044c \u0433\u043e\u0441\u0442\u0438\u043d\u0438\u0446\u044b")]
    [InlineData("31415926535897932384")]
    [InlineData("annas dog is brown")]
    public void Password_ThatIsLongAndRare_IsGood(string password) => Assert.Null(Passwords.Check(password, "anna"));

    [Theory]
    [InlineData(null, "password is missing; give at least 10 characters and at most 256 octets")]
    [InlineData("", "at least 10 characters")]
    [InlineData("ninechars", "at least 10 characters")]
    [InlineData("\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600", "at least 10 characters")]
    [InlineData("Password2026!", "the commonest")]
    [InlineData("1234567890", "the commonest")]
    [InlineData("QWERTYUIOP", "the commonest")]
    [InlineData("administrator", "the commonest")]
    [InlineData("frontdesk2026", "not the user's name")]
    [InlineData("FrontDesk!!!", "not the user's name")]
    public void Password_ThatIsShortOrCommonOrTheName_IsRefused_AndNotRepeated(string? password, string reason)
    {
        var message = Passwords.Check(password, "frontdesk")!.Message;

        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.True(password is null or "" || !message.Contains(password, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Password_Of256Octets_IsGood_AndALongerOneIsNot()
    {
        Assert.Null(Passwords.Check(new string('\u0436', 128), "anna"));
        Assert.NotNull(Passwords.Check(new string('\u0436', 128) + "x", "anna"));
    }

    [Fact]
    public async Task Verify_TellsRightFromWrong_AndOldFromNew()
    {
        var hash = await _passwords.TryHash("correct horse battery")!;
        using var dearer = new Passwords(2000);

        Assert.Equal(PasswordResult.Right, await _passwords.TryVerify(hash, "correct horse battery", false)!);
        Assert.Equal(PasswordResult.Wrong, await _passwords.TryVerify(hash, "correct horse batterx", false)!);
        Assert.Equal(PasswordResult.RightButOld, await dearer.TryVerify(hash, "correct horse battery", false)!);
        Assert.Equal(PasswordResult.Wrong, await _passwords.TryVerify(null, "correct horse battery", false)!);
        Assert.Equal(PasswordResult.Wrong, await _passwords.TryVerify("no hash at all", "correct horse battery", false)!);
        Assert.NotEqual(hash, await _passwords.TryHash("correct horse battery")!);
    }

    /// <summary>The time does not tell which users there are. A hash costs as much as it is set to; the bounds are wide, as other tests run beside.</summary>
    [Fact]
    public async Task Verify_OfAnUnknownUser_TakesAsLong()
    {
        using var passwords = new Passwords(100_000);
        var hash = await passwords.TryHash("correct horse battery")!;

        var (known, unknown) = (await TimeOf(hash), await TimeOf(null));

        Assert.InRange(unknown / known, 0.25, 4);

        async Task<double> TimeOf(string? of)
        {
            var best = double.MaxValue;
            for (var i = 0; i < 3; i++)
            {
                var began = TimeProvider.System.GetTimestamp();
                await passwords.TryVerify(of, "wrong password", false)!;
                best = Math.Min(best, TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }

            return best;
        }
    }
}
