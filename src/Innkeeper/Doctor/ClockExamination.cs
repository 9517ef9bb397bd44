using Innkeeper.Clocks;

namespace Innkeeper.Doctor;

/// <summary>This machine's clock: admissions by the hour, certificates and the log depend on it.</summary>
internal sealed class ClockExamination : IExamination
{
    /// <summary>This version is not older.</summary>
    private static readonly DateTimeOffset s_earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Name => "clock";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        var clock = new MachineClock();
        return Task.FromResult<IReadOnlyList<Finding>>([Judge(clock.Wall, clock.IsSynchronized)]);
    }

    internal static Finding Judge(DateTimeOffset now, bool isSynchronized)
    {
        var shown = $"{now.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
        return now < s_earliest || now > s_latest ? Finding.Failure("clock", $"it shows {shown}", "set it (`timedatectl set-time`), and check its battery and the time service: certificates and rules by hours do not work")
            : !isSynchronized ? Finding.Warning("clock", $"no time service keeps it; it shows {shown}", "switch one on (`timedatectl set-ntp true`, or install chrony)")
            : Finding.Ok("clock", $"a time service keeps it; it shows {shown}");
    }
}
