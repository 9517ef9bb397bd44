using System.Diagnostics;

namespace Innkeeper.DataPlane.Tests.Access;

public sealed class TrafficTests
{
    /// <summary>The charts look at every binding each ten seconds: 10,000 look-ups must cost less than a hundredth of a core.</summary>
    [Fact]
    public void TrafficOf_TenThousandBindings_CostsLittle()
    {
        Assert.SkipUnless(Environment.UserName == "root", "loading BPF programs needs root");
        using var plane = BpfPlane.Load(16_384, 4096, null, []);
        var table = new BindingTable(plane);
        plane.Traffic.Set(10_001, new Traffic { OutBytes = 7 });
        var best = TimeSpan.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            var (sum, start) = (0UL, Stopwatch.GetTimestamp());
            for (uint number = 2; number < 10_002; number++)
            {
                sum += table.TrafficOf(number).OutBytes;
            }

            Assert.Equal(7UL, sum);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        TestContext.Current.SendDiagnosticMessage($"10,000 look-ups: {best.TotalMilliseconds:0.0} ms");
        Assert.InRange(best.TotalMilliseconds, 0, 50);
    }
}
