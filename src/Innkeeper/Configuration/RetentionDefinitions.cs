namespace Innkeeper.Configuration;

/// <summary>The settings of [retention].</summary>
internal static class RetentionDefinitions
{
    private const int MostDays = 3650;

    public static readonly SettingTable<RetentionConfig> All = new(
        new RetentionConfig(),
        "How long the gateway keeps data about people and their devices. The law of your country may demand less or more (docs/exports.md). Numbers are bounded beside: 10,000 events, 50,000 entries of the audit trail.")
    {
        { "events", SettingTypes.Duration("1d", "\"90d\"", MostDays), r => r.Events, (r, v) => r with { Events = v }, "Events." },
        { "audit", SettingTypes.Duration("1d", "\"365d\"", MostDays), r => r.Audit, (r, v) => r with { Audit = v }, "The audit trail." },
        { "messages", SettingTypes.Duration("1d", "\"30d\"", MostDays), r => r.Messages, (r, v) => r with { Messages = v }, "Mails and webhook messages that were sent or given up." },
        {
            "mappings", SettingTypes.DurationOrNone("keep", "1d", MostDays, "\"180d\"", "the gateway to leave the file alone"), r => r.Mappings, (r, v) => r with { Mappings = v },
            "The file of [napt] log: the gateway begins a new one each day and deletes those that are older than this. \"\": it does not, and the package's logrotate keeps them for 26 weeks. With a time here, remove /etc/logrotate.d/innkeeper."
        },
        {
            "files", SettingTypes.Size(1 << 20, 1L << 40, "\"1G\""), r => r.Files, (r, v) => r with { Files = v },
            "As many octets may the earlier days of each file have that the gateway rotates. When there are more, the oldest days are deleted."
        },
    };
}
