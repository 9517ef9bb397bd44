using System.Text;
using System.Text.Encodings.Web;
using Innkeeper.Management.Contracts;
using QRCoder;

namespace Innkeeper.Guests;

/// <summary>
/// Vouchers to print: a page of HTML without script, in a grid for A4 or in a row for a roll of 58 mm. Each has its code in letters and as a QR code,
/// which opens the portal's page with the code filled in. No I/O, clock or log.
/// </summary>
internal static class VoucherSheet
{
    private const string Look = """
        * { box-sizing: border-box; }
        body { margin: 0; font: 10pt/1.35 system-ui, sans-serif; color: #000; background: #fff; }
        article { break-inside: avoid; border: 0.3mm dashed #888; padding: 3mm; text-align: center; overflow-wrap: anywhere; }
        h1 { margin: 0 0 1mm; font-size: 11pt; }
        p { margin: 1mm 0 0; }
        .code { font: bold 14pt/1.2 ui-monospace, monospace; }
        .dim { font-size: 8pt; }
        svg { display: block; margin: 2mm auto 0; width: 30mm; height: 30mm; }

        """;

    private const string Sheet = "@page { size: A4; margin: 10mm; } body { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4mm; } @media screen { body { padding: 10mm; max-width: 210mm; } }\n";

    private const string Roll = "@page { size: 58mm auto; margin: 2mm; } body { width: 54mm; } article { border: 0; border-bottom: 0.3mm dashed #888; }\n";

    /// <param name="isRoll">For a roll of 58 mm; otherwise for A4.</param>
    /// <param name="dateOf">A time for people.</param>
    public static string Write(Batch batch, IReadOnlyList<MadeVoucher> vouchers, bool isRoll, Func<DateTimeOffset, string> dateOf)
    {
        var title = Escape(batch.Network.Length > 0 ? batch.Network : batch.Label.Length > 0 ? batch.Label : "Internet access");
        var page = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{title} {batch.Number}</title>
            <style>
            {Look}{(isRoll ? Roll : Sheet)}</style>
            </head>
            <body>

            """);
        foreach (var voucher in vouchers)
        {
            page.Append($"<article>\n<h1>{title}</h1>\n");
            if (batch.Network.Length > 0 && batch.Label.Length > 0)
            {
                page.Append($"<p>{Escape(batch.Label)}</p>\n");
            }

            page.Append($"<p class=\"code\">{voucher.Code}</p>\n{QrCode(voucher.Url)}<p class=\"dim\">{Escape(voucher.Url[..voucher.Url.IndexOf('?', StringComparison.Ordinal)])}</p>\n");
            page.Append($"<p class=\"dim\">{Escape(ValidityOf(batch, dateOf))}</p>\n<p class=\"dim\">{voucher.Voucher}</p>\n</article>\n");
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static string ValidityOf(Batch batch, Func<DateTimeOffset, string> dateOf)
    {
        var parts = new List<string>();
        if (batch.Lasts is { } lasts)
        {
            parts.Add(lasts.TotalDays >= 2 && lasts.TotalDays % 1 == 0 ? $"{lasts.TotalDays:0} days" : lasts.TotalHours >= 1 && lasts.TotalHours % 1 == 0 ? $"{lasts.TotalHours:0} h" : $"{Math.Ceiling(lasts.TotalMinutes):0} min");
        }

        if (batch.Until is { } until)
        {
            parts.Add($"→ {dateOf(until)}");
        }

        if (batch.Devices > 1)
        {
            parts.Add($"{batch.Devices} ×");
        }

        return string.Join(" · ", parts);
    }

    /// <summary>As a picture of squares, in the page itself.</summary>
    private static string QrCode(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules.Count; x++)
            {
                var begin = x;
                while (x < modules.Count && modules[y][x])
                {
                    x++;
                }

                if (x > begin)
                {
                    path.Append($"M{begin} {y}h{x - begin}v1h-{x - begin}z");
                }
            }
        }

        return $"<svg viewBox=\"0 0 {modules.Count} {modules.Count}\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR\"><path d=\"{path}\"/></svg>\n";
    }

    private static string Escape(string text) => HtmlEncoder.Default.Encode(text);
}
