using Innkeeper.Devices;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Devices;

/// <summary>Which changes of its terms a binding lives through.</summary>
public sealed class TermsTests
{
    private static readonly Ipv4Address s_legal = Ipv4Address.Parse("192.0.2.10");

    /// <summary>What may change, and whether a binding that was made before goes on.</summary>
    private static readonly Dictionary<string, (Terms Terms, bool GoesOn)> s_changes = new()
    {
        ["profile"] = (Terms.Default with { Profile = 7 }, true),
        ["addresses"] = (Terms.Default with { Addresses = 1 }, true),
        ["inbound"] = (Terms.Default with { Inbound = false }, true),
        ["gateway"] = (Terms.Default with { Gateway = 1 }, false),
        ["always shared"] = (Terms.Default with { PrefersOwn = false }, false),
        ["own only"] = (Terms.Default with { MayShare = false }, false),
        ["held"] = (Terms.Default with { IsHeld = true }, false),
        ["pinned"] = (Terms.Default with { Pinned = s_legal }, false),
    };

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public void FitsUnder_AChange_EndsTheBindingWhereItsAddressMustBeAnother_ThereAndBack(string change)
    {
        var (terms, goesOn) = s_changes[change];

        Assert.Equal((goesOn, goesOn), (Terms.Default.FitsUnder(terms), terms.FitsUnder(Terms.Default)));
    }
}
