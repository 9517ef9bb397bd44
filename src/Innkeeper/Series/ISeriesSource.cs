using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Series;

/// <summary>The traffic of a binding's device since the binding began.</summary>
/// <param name="Number">The binding's; used again by other bindings later.</param>
/// <param name="Since">When the binding began.</param>
/// <param name="Questions">To the DNS service, by all devices that had this number in this process.</param>
internal readonly record struct BindingReading(uint Number, MacAddress Mac, DateTimeOffset Since, Traffic Traffic, uint Questions);

/// <summary>The counters and levels to observe. Called by one thread, which is not the control loop's.</summary>
internal interface ISeriesSource
{
    /// <summary>Levels as they are, and for rates and counts the total so far, by <see cref="SeriesId"/>; NaN: there is none.</summary>
    /// <param name="values">NaN everywhere. The traffic of all devices is not for this to fill.</param>
    void Read(Span<double> values);

    /// <summary>Every binding, once.</summary>
    IEnumerable<BindingReading> ReadBindings();
}
