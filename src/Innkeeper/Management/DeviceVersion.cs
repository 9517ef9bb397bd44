using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Innkeeper.Policy;

namespace Innkeeper.Management;

/// <summary>The version of a device's record: another one after each change that an administrator sees, and the same after a restart.</summary>
internal static class DeviceVersion
{
    private const int Octets = 8;

    /// <param name="record">Null: there is none.</param>
    public static string Of(DeviceRecord? record)
    {
        if (record is null)
        {
            return "none";
        }

        // Neither names nor reasons have line ends.
        var admission = record.Admission;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Name}\n{string.Join(',', record.Tags)}\n{record.PinnedProfile}\n{record.PinnedLegal}\n{admission.State}\n{admission.Reason}\n{admission.By}\n{admission.Origin}\n{admission.Since.ToUnixTimeMilliseconds()}\n{admission.Until?.ToUnixTimeMilliseconds()}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, Octets));
    }
}
