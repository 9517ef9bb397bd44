using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Innkeeper.Events;
using Innkeeper.Series;
using static Innkeeper.Tests.Series.SeriesWorld;

namespace Innkeeper.Tests.Series;

public sealed class SeriesServiceTests
{
    [Fact]
    public void Definitions_AreInTheOrderOfTheirNumbers_AndNamesAreFrozen()
    {
        Assert.Equal(Enum.GetValues<SeriesId>(), SeriesDefinition.All.Select(s => s.Id));
        Assert.Equal(
            "octets_out octets_in packets_out packets_in devices_online devices_new devices_held devices_admitted devices_blocked devices_arrived dns_questions dns_cached dns_failed "
            + "dhcp_acknowledged dhcp_refused dhcp_leases refused_ports refused_addresses drops_policy drops_invalid drops_limits drops_unserved drops_faults addresses_used addresses_total "
            + "ports_used ports_total port_blocks_used port_blocks_total process_cpu process_memory",
            string.Join(' ', SeriesDefinition.All.Select(s => s.Name)));
    }

    [Fact]
    public void Rates_AreDifferencesForEachSecond_TheFirstLookCountsNothing()
    {
        using var world = new SeriesWorld { [SeriesId.DnsQuestions] = 1_000_000 };
        world.Pass();
        world[SeriesId.DnsQuestions] += 50;
        world.Pass();
        world[SeriesId.DnsQuestions] += 20;
        world.Pass();

        Assert.Equal([5, 2], world.Read(SeriesId.DnsQuestions));
        Assert.Equal([3.5], world.Read(SeriesId.DnsQuestions, "2d"));
    }

    [Fact]
    public void Counts_AreSums_AndLevelsAreMeans()
    {
        using var world = new SeriesWorld { [SeriesId.DevicesArrived] = 3, [SeriesId.DevicesHeld] = 100 };
        world.Pass();
        (world[SeriesId.DevicesArrived], world[SeriesId.DevicesHeld]) = (4, 2);
        world.Pass();
        (world[SeriesId.DevicesArrived], world[SeriesId.DevicesHeld]) = (9, 5);
        world.Pass(20);

        Assert.Equal([6], world.Read(SeriesId.DevicesArrived, "2d"));
        Assert.Equal([4], world.Read(SeriesId.DevicesHeld, "2d"));
    }

    [Fact]
    public void ACounterThatBeganAgain_IsNeverNegative()
    {
        using var world = new SeriesWorld { [SeriesId.DnsQuestions] = 1_000_000 };
        world.Pass();
        world[SeriesId.DnsQuestions] = 40;
        world.Pass();

        Assert.Equal([4], world.Read(SeriesId.DnsQuestions));
    }

    [Fact]
    public void Traffic_IsOfAllDevices_AndABindingsNumberIsUsedAgain()
    {
        using var world = new SeriesWorld();
        world.Move(2, Phone, 5000, 90_000, 7);
        world.Pass();
        world.Move(2, Phone, 5100, 91_000, 9);
        world.Move(3, Tablet, 400, 0);
        world.Pass();

        // The number has another device now, and its counters began again.
        world.Move(2, Tablet, 200, 600, 12, world.Now);
        world.Bindings.Remove(3);
        world.Pass();

        Assert.Equal([50, 20], world.Read(SeriesId.OctetsOut));
        Assert.Equal([100, 60], world.Read(SeriesId.OctetsIn));
        Assert.Equal([new DeviceTraffic(100, 1000, 2)], world.Service.Read(Phone).Select(r => r.Traffic!.Value));
        Assert.Equal([new DeviceTraffic(600, 600, 3)], world.Service.Read(Tablet).Select(r => r.Traffic!.Value));
    }

    [Fact]
    public void ADevice_HasTrafficOfADay_AndNothingWhereItMovedNothing()
    {
        using var world = new SeriesWorld();
        world.Move(2, Phone, 0, 0);
        world.Pass();
        for (var i = 1; i <= 25 * 60; i++)
        {
            if (i != 25 * 60)
            {
                world.Move(2, Phone, (ulong)i * 60, 0);
            }

            world.Pass(60);
        }

        var rows = world.Service.Read(Phone);
        Assert.InRange(rows.Count, 143, 144);
        Assert.True(rows.Count(r => r.Traffic is { Out: 600, In: 0 }) >= 142);
        Assert.All(world.Service.Read(Tablet), r => Assert.Null(r.Traffic));
    }

    [Fact]
    public void Resolutions_KeepTheirTime_AndNotMore()
    {
        using var world = new SeriesWorld { [SeriesId.DevicesHeld] = 1 };
        world.Pass();
        for (var i = 0; i < 400; i++)
        {
            world.Pass();
        }

        Assert.InRange(world.Service.Read(Resolution.All[0]).Count, 359, 360);
        for (var i = 0; i < 200; i++)
        {
            world.Pass(900);
        }

        Assert.InRange(world.Service.Read(Resolution.All[1]).Count, 191, 192);
        Assert.InRange(world.Service.Read(Resolution.All[2]).Count, 201, 206);
        Assert.Empty(world.Service.Read(Resolution.All[0]).SkipLast(4));
    }

    [Fact]
    public void ARestart_GoesOnInTheSameIntervals()
    {
        using var world = new SeriesWorld { [SeriesId.DnsQuestions] = 0 };
        world.Move(2, Phone, 0, 0);
        world.Pass();
        world[SeriesId.DnsQuestions] = 60;
        world.Move(2, Phone, 100, 0);
        world.Pass();
        world.Restart();

        // Of the time until the first look of the new process nothing is known.
        world[SeriesId.DnsQuestions] = 5;
        world.Pass();
        world[SeriesId.DnsQuestions] = 45;
        world.Move(2, Phone, 140, 0);
        world.Pass();

        Assert.Equal([6, 4], world.Read(SeriesId.DnsQuestions));
        Assert.Equal([5], world.Read(SeriesId.DnsQuestions, "90d"));
        Assert.Equal([new DeviceTraffic(140, 0, 0)], world.Service.Read(Phone).Select(r => r.Traffic!.Value));
    }

    [Fact]
    public void AKilledProcess_LosesTheLastMinuteAtMost()
    {
        using var world = new SeriesWorld { [SeriesId.DevicesHeld] = 7 };
        world.Pass();
        for (var i = 0; i < 20; i++)
        {
            world.Pass();
        }

        world.Restart(isKilled: true);

        Assert.InRange(world.Read(SeriesId.DevicesHeld).Length, 14, 20);
    }

    [Fact]
    public void AFileThatCannotBeWritten_IsSaidOnce_AndMemoryGoesOn()
    {
        using var world = new SeriesWorld { [SeriesId.DevicesHeld] = 7 };
        Directory.Delete(Path.GetDirectoryName(world.File)!);
        File.WriteAllText(Path.GetDirectoryName(world.File)!, "a file in the directory's place");
        world.Move(2, Phone, 0, 0);
        for (var i = 0; i < 200; i++)
        {
            world.Move(2, Phone, (ulong)i * 100, 0);
            world.Pass();
        }

        Assert.Equal(199, world.Read(SeriesId.DevicesHeld).Length);
        Assert.Equal(19_900, world.Service.Read(Phone).Sum(r => r.Traffic!.Value.Out));
        Assert.NotNull(world.Service.Failure);
        Assert.IsType<SeriesFailed>(Assert.Single(world.Events));

        File.Delete(Path.GetDirectoryName(world.File)!);
        world.Pass(60);
        Assert.Null(world.Service.Failure);
        Assert.IsType<SeriesRestored>(world.Events[^1]);
        world.Restart(isKilled: true);
        Assert.Equal(200, world.Read(SeriesId.DevicesHeld).Length);
        Assert.Equal(19_900, world.Service.Read(Phone).Sum(r => r.Traffic!.Value.Out));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ADamagedFile_IsSetAside_AndANewOneBegun(bool isOpen)
    {
        using var world = new SeriesWorld { [SeriesId.DevicesHeld] = 7 };
        for (var i = 0; i < 20; i++)
        {
            world.Pass();
        }

        world.Service.Write();
        using (var connection = Innkeeper.Storage.StateOpener.ConnectOnly(world.File))
        {
            Innkeeper.Storage.Sql.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        if (!isOpen)
        {
            world.Restart();
        }

        File.WriteAllText(world.File, new string('x', 100_000));
        world.Pass();
        world.Pass();
        world.Service.Write();

        Assert.NotEmpty(world.Read(SeriesId.DevicesHeld));
        var aside = Assert.IsType<SeriesSetAside>(Assert.Single(world.Events));
        Assert.True(File.Exists(aside.Path));
        Assert.Null(world.Service.Failure);
    }

    [Fact]
    public void AFileOfAnotherVersion_IsSetAside_AndOneOfThemIsKept()
    {
        using var world = new SeriesWorld { [SeriesId.DevicesHeld] = 7 };
        for (var version = 2; version < 5; version++)
        {
            world.Pass();
            world.Service.Write();
            world.Service.Dispose();
            using (var connection = Innkeeper.Storage.StateOpener.ConnectOnly(world.File))
            {
                Innkeeper.Storage.Sql.Execute(connection, $"PRAGMA user_version = {version}");
            }

            world.Restart(isKilled: true);
            world.Pass();
            world.Service.Write();
        }

        Assert.Equal(3, world.Events.OfType<SeriesSetAside>().Count());
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(world.File)!, "*.corrupt-*"), f => !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith("-shm", StringComparison.Ordinal));
    }

    /// <summary>Whatever the clock does, and whenever the process ends: no interval twice, none later than now, in order, nothing negative.</summary>
    [Property(MaxTest = 25)]
    public Property AnyClock_IntervalsAreInOrder() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(0, 99)).ToArbitrary(),
        moves =>
        {
            using var world = new SeriesWorld { [SeriesId.DnsQuestions] = 0 };
            foreach (var move in moves)
            {
                world[SeriesId.DnsQuestions] = (world[SeriesId.DnsQuestions] + (move * 7)) % 1000;
                world.Move(2, Phone, (ulong)((move * 977) % 5000), (ulong)move);
                world.Now += move switch
                {
                    < 5 => TimeSpan.FromSeconds(-move * 700),
                    < 10 => TimeSpan.FromSeconds(move * 1000),
                    < 12 => TimeSpan.FromDays(move == 10 ? -400 : 400),
                    _ => default,
                };
                if (move is > 12 and < 20)
                {
                    world.Restart(isKilled: move % 2 == 0);
                }

                world.Pass(move is > 20 and < 30 ? move : 10);
                Check(world);
            }
        });

    private static void Check(SeriesWorld world)
    {
        foreach (var resolution in Resolution.All)
        {
            var rows = world.Service.Read(resolution);
            Assert.Equal(rows.Select(r => r.Start).Distinct().Order(), rows.Select(r => r.Start));
            Assert.All(rows, r => Assert.True(r.Start % resolution.Step == 0 && r.Start <= world.Now.ToUnixTimeSeconds()));
            Assert.All(rows, r => Assert.True(r.Report(SeriesDefinition.All[(int)SeriesId.DnsQuestions]) is not < 0));
        }

        var device = world.Service.Read(Phone);
        Assert.Equal(device.Select(r => r.Start).Distinct().Order(), device.Select(r => r.Start));
        Assert.All(device, r => Assert.True(r.Start <= world.Now.ToUnixTimeSeconds() && r.Traffic is null or { Out: >= 0, In: >= 0, Questions: >= 0 }));
    }
}
