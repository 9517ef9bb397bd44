using Innkeeper.Revisions;
using static Innkeeper.Tests.Revisions.RevisionWorld;

namespace Innkeeper.Tests.Revisions;

/// <summary>The previous configuration returns unless the change is confirmed in time, whatever happens to the process meanwhile.</summary>
public sealed class SettingsChangesTests : IDisposable
{
    private readonly RevisionWorld _world = new();
    private readonly string _before;
    private readonly string _after;

    public SettingsChangesTests() => (_before, _after) = (_world.Text("30m"), _world.Text("20m"));

    public void Dispose() => _world.Dispose();

    private void ApplyAndStart(int? seconds = 60, Author? by = null)
    {
        Assert.Null(_world.Apply(by ?? Alice, _after, seconds));
        _world.TakeOver();
    }

    [Fact]
    public void Apply_WritesTheFile_AndHasItStarted()
    {
        Assert.Null(_world.Apply(Alice, _after));

        Assert.Equal((_after, 1), (_world.OnDisk, _world.Replacements));
        _world.TakeOver();
        Assert.Equal((_after, null), (_world.Active.Text, _world.Changes.Waiting));
        Assert.Equal(["1 start  applied", "2 apply alice applied"], _world.Outcomes);
        var entry = _world.Changes.History.List.Entries[^1];
        Assert.Equal(("192.0.2.7", "for the fair", _after), (entry.From, entry.Comment, _world.Store.LoadText(2)));
        Assert.Equal("alice (from 192.0.2.7) applied a configuration (for the fair): pool.idle changes", _world.Events.Latest()[^1].Text);
    }

    [Fact]
    public void Change_ThatIsConfirmedInTime_Stays()
    {
        ApplyAndStart();
        Assert.Equal(new WaitingChange("alice", "192.0.2.7", _world.Wall.AddSeconds(60)), _world.Changes.Waiting);
        _world.Pass(TimeSpan.FromSeconds(59));
        _world.Changes.Tick();

        Assert.Null(_world.Changes.Confirm(Bob));

        _world.Pass(TimeSpan.FromHours(1));
        _world.Changes.Tick();
        Assert.Equal((_after, 1, null), (_world.OnDisk, _world.Replacements, _world.Changes.Waiting));
        Assert.Equal("2 apply alice confirmed", _world.Outcomes.Last());
        Assert.Equal("bob confirmed the configuration that alice applied", _world.Events.Latest()[^1].Text);
        _world.Kill();
        _world.Start();
        Assert.Equal(_after, _world.Active.Text);
    }

    [Fact]
    public void Change_ThatIsNotConfirmed_IsRolledBack()
    {
        ApplyAndStart();
        _world.Pass(TimeSpan.FromSeconds(60));

        _world.Changes.Tick();

        Assert.Equal((_before, 2), (_world.OnDisk, _world.Replacements));
        _world.TakeOver();
        Assert.Equal(_before, _world.Active.Text);
        Assert.Equal(["1 start  applied", "2 apply alice undone", "3 rollback innkeeper applied"], _world.Outcomes);
        Assert.Equal("the configuration that alice applied is rolled back, as it was not confirmed within 60 s; the previous one is in force again, and in the file", _world.Events.Latest()[^1].Text);
        Assert.Null(_world.Store.LoadNote());
    }

    [Fact]
    public void Rollback_ByAUser_ReturnsAtOnce()
    {
        ApplyAndStart();

        Assert.Null(_world.Changes.Rollback(Bob));
        _world.TakeOver();

        Assert.Equal((_before, _before), (_world.OnDisk, _world.Active.Text));
        Assert.Equal("3 rollback bob applied", _world.Outcomes.Last());
        Assert.StartsWith("bob rolled back the configuration that alice applied", _world.Events.Latest()[^1].Text, StringComparison.Ordinal);
    }

    /// <summary>A wall clock that jumps changes nothing: only the uptime counts.</summary>
    [Theory]
    [InlineData(30, -5, false)]
    [InlineData(30, 5, false)]
    [InlineData(61, -5, true)]
    public void Killed_AndStartedAgain_KeepsTheTime(int seconds, int days, bool isUndone)
    {
        ApplyAndStart();
        _world.Kill();
        _world.Pass(TimeSpan.FromSeconds(seconds));
        _world.Clock.Now = _world.Clock.Now.AddDays(days);

        _world.Start();

        Assert.Equal(isUndone ? _before : _after, _world.Active.Text);
        Assert.Equal(isUndone ? _before : _after, _world.OnDisk);
        Assert.Equal(isUndone, _world.Changes.Waiting is null);
        if (!isUndone)
        {
            _world.Pass(TimeSpan.FromSeconds(31));
            _world.Changes.Tick();
            _world.TakeOver();
        }

        Assert.Equal(_before, _world.Active.Text);
        Assert.Equal("configuration-rollback", _world.Kinds.Last());
    }

    [Fact]
    public void Machine_ThatIsStartedAgain_ReturnsAtOnce()
    {
        ApplyAndStart();
        _world.Kill();
        (_world.BootId, _world.SinceBoot) = ("boot-2", TimeSpan.FromSeconds(1));

        _world.Start();

        Assert.Equal((_before, _before), (_world.OnDisk, _world.Active.Text));
        Assert.Contains("the machine was started again before the change was confirmed", _world.Events.Latest()[^1].Text, StringComparison.Ordinal);
    }

    /// <summary>The process ended between the answer to the order and the start of its settings.</summary>
    [Fact]
    public void Killed_BeforeTheNewSettingsAreAtWork_ReturnsWhenTheTimeIsOver()
    {
        Assert.Null(_world.Apply(Alice, _after, 60));
        _world.Kill();
        _world.Pass(TimeSpan.FromSeconds(5));
        _world.Start();
        Assert.Equal((_after, "alice"), (_world.Active.Text, _world.Changes.Waiting?.By));

        _world.Pass(TimeSpan.FromSeconds(60));
        _world.Changes.Tick();
        _world.TakeOver();

        Assert.Equal(_before, _world.Active.Text);
    }

    /// <summary>The write of the file broke off, so that it has parts of both texts.</summary>
    [Fact]
    public void Killed_WhileTheFileIsWritten_HasThePreviousText()
    {
        Assert.Null(_world.Apply(Alice, _after));
        var note = _world.Store.LoadNote();
        Assert.NotNull(note);
        _world.Store.Save(note with { Phase = ChangePhase.Writing });
        File.WriteAllText(_world.ConfigFile, _after[..80] + "\n" + _before[90..]);
        _world.Kill();

        _world.Start();

        Assert.Equal((_before, _before), (_world.OnDisk, _world.Active.Text));
        Assert.Contains("the gateway ended while it wrote the file", _world.Events.Latest()[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ThatCannotBeStarted_LeaveTheFile()
    {
        Assert.Null(_world.Apply(Alice, _after, 60));

        _world.TakeOver(failure: "the port is taken");

        Assert.Equal((_before, _before, null), (_world.OnDisk, _world.Active.Text, _world.Changes.Waiting));
        Assert.Equal(["1 start  applied", "2 apply alice failed"], _world.Outcomes);
        Assert.Equal(1, _world.Changes.History.List.InForce);
        Assert.Contains("its settings cannot be started (the port is taken)", _world.Events.Latest()[^1].Text, StringComparison.Ordinal);
        Assert.Equal("no change of the configuration waits for a confirmation", _world.Changes.Confirm(Alice));
    }

    [Fact]
    public void SecondChange_OfTheSameUser_ReturnsToTheTextBeforeTheFirst()
    {
        ApplyAndStart();
        _world.Pass(TimeSpan.FromSeconds(50));
        Assert.Null(_world.Apply(Alice, _world.Text("10m"), 60));
        _world.TakeOver();
        _world.Pass(TimeSpan.FromSeconds(50));
        _world.Changes.Tick();
        Assert.Equal(_world.Text("10m"), _world.OnDisk);

        _world.Pass(TimeSpan.FromSeconds(10));
        _world.Changes.Tick();

        Assert.Equal(_before, _world.OnDisk);
    }

    /// <summary>A second change without a time of its own does not free the first from its confirmation.</summary>
    [Fact]
    public void SecondChange_WithoutATime_KeepsThatOfTheFirst()
    {
        ApplyAndStart();
        Assert.Null(_world.Apply(Alice, _world.Text("10m")));
        _world.TakeOver();
        _world.Pass(TimeSpan.FromSeconds(60));
        _world.Changes.Tick();
        Assert.Equal(_before, _world.OnDisk);
    }

    [Fact]
    public void SecondChange_ThatCannotBeStarted_ReturnsToTheFirst_WhichWaitsStill()
    {
        ApplyAndStart();
        Assert.Null(_world.Apply(Alice, _world.Text("10m"), 60));

        _world.TakeOver(failure: "the port is taken");

        Assert.Equal((_after, "alice"), (_world.OnDisk, _world.Changes.Waiting?.By));
        _world.Pass(TimeSpan.FromSeconds(60));
        _world.Changes.Tick();
        Assert.Equal(_before, _world.OnDisk);
    }

    [Fact]
    public void SecondChange_OfAnotherUser_IsRefused()
    {
        ApplyAndStart();
        Assert.Equal("the change of alice waits for its confirmation until 12:01:00Z; confirm it or roll it back first", _world.Apply(Bob, _world.Text("10m")));
        Assert.Equal((_after, 1), (_world.OnDisk, _world.Replacements));
    }

    [Fact]
    public void Confirmation_BeforeTheSettingsAreAtWork_IsRefused()
    {
        Assert.Null(_world.Apply(Alice, _after, 60));
        Assert.Contains("not in force yet", _world.Changes.Confirm(Alice), StringComparison.Ordinal);
        Assert.Contains("another change of the configuration is under way", _world.Apply(Alice, _world.Text("10m")), StringComparison.Ordinal);
    }

    [Fact]
    public void TextOfTheFile_ThatAPersonWroteMeanwhile_IsKept()
    {
        ApplyAndStart();
        File.WriteAllText(_world.ConfigFile, _world.Text("5m"));
        Assert.Contains("run `innkeeper config confirm`", _world.Changes.Reload(Bob, _world.Text("5m")), StringComparison.Ordinal);
        _world.Pass(TimeSpan.FromSeconds(60));

        _world.Changes.Tick();

        Assert.Equal(_before, _world.OnDisk);
        var kept = _world.Changes.History.List.Entries[^1];
        Assert.Equal((RevisionOutcome.Unused, _world.Text("5m")), (kept.Outcome, _world.Store.LoadText(kept.Number)));
    }

    /// <summary>The file was changed by hand and never reloaded: the settings in force are the ones that are known to work.</summary>
    [Fact]
    public void Apply_OverATextThatWasNeverInForce_ReturnsToTheOneThatIs()
    {
        File.WriteAllText(_world.ConfigFile, _world.Text("5m"));
        ApplyAndStart();
        _world.Pass(TimeSpan.FromSeconds(60));
        _world.Changes.Tick();
        Assert.Equal(_before, _world.OnDisk);
        Assert.Equal("2 apply  unused", _world.Outcomes.ElementAt(1));
        Assert.Equal(_world.Text("5m"), _world.Store.LoadText(2));
    }

    /// <summary>An upgrade reloads the gateway with the same file.</summary>
    [Fact]
    public void Upgrade_WhileAChangeWaits_LetsItWaitOn()
    {
        ApplyAndStart();
        Assert.Null(_world.Changes.Reload(Bob, _after));
        _world.TakeOver();
        Assert.Equal("alice", _world.Changes.Waiting?.By);

        _world.TakeOver(failure: "the new program ended");
        Assert.Equal((_after, "alice"), (_world.OnDisk, _world.Changes.Waiting?.By));

        _world.Pass(TimeSpan.FromSeconds(60));
        _world.Changes.Tick();
        _world.TakeOver();
        Assert.Equal(_before, _world.Active.Text);
    }

    [Fact]
    public void Reload_OfAChangeByHand_NamesItsUserInTheHistory_AndStaysInTheFileIfItFails()
    {
        File.WriteAllText(_world.ConfigFile, _after);
        Assert.Null(_world.Changes.Reload(Bob, _after));
        _world.TakeOver();
        Assert.Equal("2 reload bob applied", _world.Outcomes.Last());

        File.WriteAllText(_world.ConfigFile, _world.Text("10m"));
        Assert.Null(_world.Changes.Reload(Alice, _world.Text("10m")));
        _world.TakeOver(failure: "the port is taken");

        Assert.Equal((_world.Text("10m"), 2), (_world.OnDisk, _world.Changes.History.List.InForce));
        Assert.Equal("3 reload alice failed", _world.Outcomes.Last());
        Assert.DoesNotContain("configuration-rollback", _world.Kinds);
    }

    [Fact]
    public void OtherWordsForTheSameSettings_StartNothing_AndNeedNoConfirmation()
    {
        Assert.Null(_world.Apply(Alice, "# a comment\n" + _before, 60, replaces: false));

        Assert.Equal(("# a comment\n" + _before, 0, null), (_world.OnDisk, _world.Replacements, _world.Changes.Waiting));
        Assert.Equal("2 apply alice applied", _world.Outcomes.Last());
        Assert.Null(_world.Store.LoadNote());
        ApplyAndStart();
        _world.Pass(TimeSpan.FromSeconds(60));
        _world.Changes.Tick();
        Assert.Equal("# a comment\n" + _before, _world.OnDisk);
    }

    /// <summary>Such as a file that was given to another user meanwhile: the settings return all the same.</summary>
    [Fact]
    public void File_ThatCannotBeWrittenAnyMore_DoesNotKeepTheChangeInForce()
    {
        ApplyAndStart();
        File.Delete(_world.ConfigFile);
        Directory.CreateDirectory(_world.ConfigFile);
        _world.Pass(TimeSpan.FromSeconds(60));

        _world.Changes.Tick();
        Assert.Equal(2, _world.Replacements);
        Directory.Delete(_world.ConfigFile);
        File.WriteAllText(_world.ConfigFile, _after);
        _world.TakeOver();

        Assert.Equal((_before, _before), (_world.Active.Text, _world.OnDisk));
        Assert.Contains(_world.Faults, f => f.Contains("innkeeper.toml", StringComparison.Ordinal));
    }

    /// <summary>A replacement would start the same settings again, without end.</summary>
    [Fact]
    public void NeitherFileNorStateWritable_IsTriedAgainAMinuteLater()
    {
        ApplyAndStart();
        File.Delete(_world.ConfigFile);
        Directory.CreateDirectory(_world.ConfigFile);
        var aside = _world.Store.Directory + ".aside";
        Directory.Move(_world.Store.Directory, aside);
        File.WriteAllText(_world.Store.Directory, "");
        _world.Pass(TimeSpan.FromSeconds(60));

        _world.Changes.Tick();
        _world.Changes.Tick();
        Assert.Equal(1, _world.Replacements);

        File.Delete(_world.Store.Directory);
        Directory.Move(aside, _world.Store.Directory);
        Directory.Delete(_world.ConfigFile);
        File.WriteAllText(_world.ConfigFile, _after);
        _world.Pass(TimeSpan.FromSeconds(61));
        _world.Changes.Tick();
        Assert.Equal((2, _before), (_world.Replacements, _world.OnDisk));
    }

    [Fact]
    public void Apply_ThatCannotWriteTheFile_LeavesEverythingAsItWas()
    {
        File.Delete(_world.ConfigFile);
        File.WriteAllText(_world.ConfigFile + ".other", _before);
        File.CreateSymbolicLink(_world.ConfigFile, "/dev/full");
        Assert.ThrowsAny<IOException>(() => _world.Apply(Alice, _after, 60));
        Assert.Equal((0, null), (_world.Replacements, _world.Changes.Waiting));
        Assert.Null(_world.Store.LoadNote());
    }
}
