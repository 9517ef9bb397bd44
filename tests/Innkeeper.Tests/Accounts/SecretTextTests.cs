using Innkeeper.Accounts;

namespace Innkeeper.Tests.Accounts;

/// <summary>Tokens, identifiers and codes: long enough, all different, and mistyped tokens found.</summary>
public sealed class SecretTextTests
{
    [Fact]
    public void Values_AreLong_AndNeverTheSame()
    {
        Assert.All(
            [((Func<string>)SecretText.NewToken, "^ik_[0-9A-Za-z]{44}$"), (SecretText.NewId, "^[0-9A-Za-z_-]{43}$"), (SecretText.NewCode, "^[0-9A-Za-z]{22}$")],
            kind =>
            {
                var values = Enumerable.Range(0, 1000).Select(_ => kind.Item1()).ToList();
                Assert.All(values, value => Assert.Matches(kind.Item2, value));
                Assert.Equal(1000, values.Distinct().Count());
            });
    }

    [Fact]
    public void Token_WithOneWrongCharacter_IsNone()
    {
        var token = SecretText.NewToken();
        Assert.True(SecretText.IsToken(token));
        for (var i = SecretText.TokenPrefix.Length; i < token.Length; i++)
        {
            var wrong = token[i] == 'x' ? 'y' : 'x';
            Assert.False(SecretText.IsToken($"{token[..i]}{wrong}{token[(i + 1)..]}"));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ik_")]
    [InlineData("ik_\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416\u0416")]
    public void Token_OfAnotherForm_IsNone(string? value) => Assert.False(SecretText.IsToken(value));

    [Fact]
    public void Hash_OfAValueThatIsTooLong_IsNone() => Assert.Equal((null, null, null), (SecretText.HashOf(null), SecretText.HashOf(""), SecretText.HashOf(new string('a', 129))));

    /// <summary>FIPS 180-4's example "abc".</summary>
    [Fact]
    public void Hash_IsSha256() => Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", SecretText.HashOf("abc"));

    [Fact]
    public void Csrf_DependsOnTheSession_AndDoesNotTellIt()
    {
        var (one, other) = (SecretText.NewId(), SecretText.NewId());

        Assert.Equal(SecretText.CsrfOf(one), SecretText.CsrfOf(one));
        Assert.NotEqual(SecretText.CsrfOf(one), SecretText.CsrfOf(other));
        Assert.NotEqual(SecretText.HashOf(one), SecretText.CsrfOf(one));
    }
}
