using Innkeeper.Revisions;
using static Innkeeper.Tests.Revisions.RevisionWorld;

namespace Innkeeper.Tests.Revisions;

/// <summary>The gateway's part of a first configuration on trial: it waits, says so, and never returns to a text that there is none of.</summary>
public sealed class FirstConfigurationTests : IDisposable
{
    private readonly RevisionWorld _world = new();

    public FirstConfigurationTests()
    {
        _world.Kill();
        Save();
        _world.Start();
    }

    public void Dispose() => _world.Dispose();

    private void Save() => _world.Store.Save(new ChangeNote(
        ChangePhase.Starting, "", "", _world.OnDisk, "alice", "192.0.2.7", Boot: _world.BootId, End: (_world.SinceBoot + TimeSpan.FromSeconds(60)).TotalSeconds, Limit: 60, IsFirst: true));

    [Fact]
    public void It_Waits_AndAConfirmationRemovesTheNote()
    {
        Assert.Equal(new WaitingChange("alice", "192.0.2.7", _world.Wall.AddSeconds(60), IsFirst: true), _world.Changes.Waiting);
        Assert.Equal(ChangePhase.Waiting, _world.Store.LoadNote()!.Phase);

        Assert.Null(_world.Changes.Confirm(Bob));

        Assert.Null(_world.Store.LoadNote());
        Assert.Null(_world.Changes.Waiting);
        Assert.Contains("configuration-confirm", _world.Kinds);
    }

    /// <summary>`innkeeper setup --web` ends it, and takes a missing note for a confirmation.</summary>
    [Fact]
    public void Time_ThatIsOver_ChangesNothingHere()
    {
        var text = _world.OnDisk;
        _world.Pass(TimeSpan.FromMinutes(2));
        _world.Changes.Tick();
        _world.Kill();
        _world.Start();

        Assert.Equal((text, 0), (_world.OnDisk, _world.Replacements));
        Assert.Equal(ChangePhase.Waiting, _world.Store.LoadNote()!.Phase);
    }

    [Fact]
    public void Rollback_IsNoted_AndNothingIsReplaced()
    {
        Assert.Null(_world.Changes.Rollback(Bob));

        Assert.Equal((ChangePhase.Undoing, "bob"), (_world.Store.LoadNote()!.Phase, _world.Store.LoadNote()!.UndoneBy));
        Assert.Equal(0, _world.Replacements);
        Assert.Null(_world.Changes.Waiting);
        Assert.NotNull(_world.Changes.Confirm(Bob));
        _world.Kill();
        _world.Start();
        Assert.Equal(ChangePhase.Undoing, _world.Store.LoadNote()!.Phase);
    }

    [Fact]
    public void AnotherChange_WaitsForTheConfirmation()
    {
        Assert.StartsWith("the first configuration waits", _world.Apply(Alice, _world.Text("20m")));
        Assert.NotNull(_world.Changes.Reload(Bob, _world.Text("20m")));
    }

    /// <summary>The service was not enabled: who starts it after a reboot, or with another file, wants it.</summary>
    [Fact]
    public void AnotherBoot_OrAnotherText_EndsTheTrial()
    {
        _world.Kill();
        _world.BootId = "boot-2";
        _world.Start();
        Assert.Null(_world.Store.LoadNote());
        Assert.Null(_world.Changes.Waiting);

        _world.Kill();
        Save();
        File.WriteAllText(_world.ConfigFile, _world.Text("20m"));
        _world.Start();
        Assert.Null(_world.Store.LoadNote());
        Assert.Equal(_world.Text("20m"), _world.Active.Text);
    }
}
