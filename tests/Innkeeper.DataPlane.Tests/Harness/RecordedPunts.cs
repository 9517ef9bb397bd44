
namespace Innkeeper.DataPlane.Tests.Harness;

internal delegate void PuntHandler(in Punt punt, ReadOnlySpan<byte> frame);

/// <summary>The ring buffer of punts, with a handler of the test's.</summary>
internal sealed class RecordedPunts(PuntRing ring, PuntHandler handler) : IPuntReceiver, IDisposable
{
    public void Poll(TimeSpan timeout) => ring.Poll(timeout, this);

    public void OnPunt(in Punt punt, ReadOnlySpan<byte> frame) => handler(punt, frame);

    public void Dispose() => ring.Dispose();
}

internal static class RecordedPuntsExtensions
{
    public static RecordedPunts OpenPunts(this BpfPlane plane, PuntHandler handler) => new(plane.OpenPunts(), handler);
}
