using System.Text.Json;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>The audit trail of orders about devices: who, from where, and the fields that the order changed.</summary>
public sealed class CommandJournalTests
{
    private const string Mac = "02:00:00:00:00:01";

    private readonly ManagementFixture _gateway = new();

    private static Actor Anna { get; } = new("anna", ActorKind.Person, Permission.Admin, "192.0.2.7");

    private AuditEntry Noted() => Assert.Single(_gateway.Trail);

    [Fact]
    public async Task Approve_OfAHeldDevice_IsNotedWithWhatChanged()
    {
        _gateway.Know(Phone, "phone");

        await _gateway.Commands.ApproveAsync(Anna, Mac, new Approval(For: "2h", Reason: "room \"12\""));

        var entry = Noted();
        Assert.Equal((Anna, "device-approve", Mac, "02:00:00:00:00:01 (phone) is admitted until 2026-11-25 14:00:00Z; profile default"), (entry.Who, entry.What, entry.Subject, entry.Text));
        Assert.Equal("""{"state":"held","until":null,"reason":"it is new","by":"profile default"}""", entry.Before);
        Assert.Equal("""{"state":"admitted","until":"2026-11-25T14:00:00Z","reason":"room \"12\"","by":"administrator anna"}""", entry.After);
        Assert.False(entry.IsRefusal);
    }

    [Fact]
    public async Task Name_OfADevice_IsTheOnlyFieldThatIsNoted()
    {
        _gateway.Know(Phone, "phone", state: AdmissionState.Held);
        _gateway.Decided.Clear();

        await _gateway.Commands.SetNameAsync(Anna, Mac, new Setting("tablet"));

        // The rules looked at the device again: its reason is theirs now.
        Assert.Equal("phone", Fields(Noted().Before)["name"]);
        Assert.Equal("tablet", Fields(Noted().After)["name"]);
        Assert.DoesNotContain("pinned_profile", Fields(Noted().After).Keys);
    }

    [Fact]
    public async Task Forget_OfADevice_KeepsWhatItWas()
    {
        _gateway.Know(Phone, "phone");

        await _gateway.Commands.ForgetAsync(Anna, "phone");

        Assert.Equal(("held", "phone"), (Fields(Noted().Before)["state"], Fields(Noted().Before)["name"]));
        Assert.Null(Noted().After);
    }

    [Fact]
    public async Task Order_ThatIsRefused_IsNotNoted()
    {
        Assert.False((await _gateway.Commands.ForgetAsync(Anna, Mac)).IsOk);
        Assert.False((await _gateway.Commands.BlockAsync(Viewer, Mac, new Decision())).IsOk);
        Assert.Empty(_gateway.Trail);
    }

    [Fact]
    public async Task Order_WhoseTrailIsNotOnDisk_SaysSo()
    {
        _gateway.TrailFailure = "the disk is full";

        Assert.Equal("the audit trail waits: the disk is full", (await _gateway.Commands.BlockAsync(Anna, Mac, new Decision())).Value!.NotDurable);
    }

    /// <summary>A client chooses the values: the object is bounded, and stays JSON.</summary>
    [Fact]
    public void Fields_ThatAreLong_AreCutAndStillJson()
    {
        var (before, after) = AuditFields.Of(new Dictionary<string, string?>(), Enumerable.Range(0, 200).ToDictionary(i => $"key-{i}", i => (string?)new string('\u0416', 1000)));

        Assert.Null(before);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(after!), 1000, AuditFields.MaxLength);
        using var parsed = JsonDocument.Parse(after!);
        Assert.True(parsed.RootElement.GetProperty("more").GetBoolean());
        Assert.Equal(203, parsed.RootElement.GetProperty("key-0").GetString()!.Length);
    }

    [Fact]
    public void Fields_WithControlCharactersAndHalfPairs_AreJson()
    {
        var (_, after) = AuditFields.Of(new Dictionary<string, string?>(), new Dictionary<string, string?> { ["name"] = "a\u001b[2J\u202e\ud800\"</script>" });

        Assert.Equal("a [2J \ufffd\"</script>", Fields(after)["name"]);
    }

    private static Dictionary<string, string?> Fields(string? json) => JsonDocument.Parse(json!).RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString());
}
