using Innkeeper.Policy;

namespace Innkeeper.ControlPlane;

/// <summary>Puts decisions about devices in force. Called on the control plane's thread.</summary>
internal interface IDeviceDecisions
{
    /// <summary>Keeps a device's record as it was decided, and has the data plane treat the device by it at once.</summary>
    void Decide(DeviceRecord device);

    /// <summary>Drops all that is known of a device; if it is still here, it is new.</summary>
    void ForgetDevice(DeviceRecord device);
}
