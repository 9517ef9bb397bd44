using Innkeeper.Cli;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Cli;

/// <summary>CSV as spreadsheets write it, and machines from it.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("a,b\nc,d\n", "1:a|b 2:c|d")]
    [InlineData("a,b\n\n\nc,d", "1:a|b 4:c|d")]
    [InlineData("\"a,1\",\"say \"\"hi\"\"\"\n", "1:a,1|say \"hi\"")]
    [InlineData("\"two\nlines\",x\ny,z\n", "1:two\nlines|x 3:y|z")]
    [InlineData(" a , b \n", "1:a|b")]
    [InlineData("\" a \",b\n", "1: a |b")]
    [InlineData(",\n", "1:|")]
    [InlineData("", "")]
    [InlineData("\"open", "1:open")]
    public void Read_Records_AreFieldsWithTheirLine(string text, string records) =>
        Assert.Equal(records, string.Join(' ', Csv.Read(text).Select(r => $"{r.Line}:{string.Join('|', r.Fields)}")));

    [Theory]
    [InlineData("plain")]
    [InlineData("a,b")]
    [InlineData("say \"hi\"")]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+1")]
    [InlineData("'quoted'")]
    [InlineData("'=kept")]
    [InlineData(" =1")]
    [InlineData("")]
    public void Line_AnyField_ReadsBackAsItWas_AndIsNoFormula(string field)
    {
        var line = Csv.Line("x", field);
        Assert.DoesNotContain(line.Split(',')[1].TrimStart('"')[..Math.Min(1, field.Length)], new[] { "=", "+", "-", "@" });
        Assert.Equal(field, Csv.Unprotect(Csv.Read(line).Single().Fields[1]));
    }

    [Theory]
    [InlineData("name,mac,vlan,address\npress-1,02:00:00:00:00:01,,192.168.0.10\ncell-7,,7,192.168.0.10\n")]
    [InlineData("\ufeffName;MAC;VLAN;Address\r\npress-1;02:00:00:00:00:01;;192.168.0.10\r\ncell-7;;7;192.168.0.10\r\n")]
    public void EntriesOf_ASpreadsheetsFile_AreTheMachines(string text)
    {
        var entries = MachineCommands.EntriesOf(text, out var wrong);
        Assert.Null(wrong);
        Assert.Equal([new MachineEntry("press-1", "02:00:00:00:00:01", null, "192.168.0.10"), new MachineEntry("cell-7", null, 7, "192.168.0.10")], entries);
    }

    [Theory]
    [InlineData("", "1: no machines")]
    [InlineData("name,mac\n", "1: no machines")]
    [InlineData("name,colour\na,red\n", "1: there is no column colour; there are name, mac, vlan")]
    [InlineData("name,vlan\n\n,7\n", "3: has no name")]
    [InlineData("name,vlan\na,seven\n", "2: seven is not a VLAN")]
    [InlineData("name,description\na,one,two\n", "2: has 3 fields, and the first line names 2")]
    public void EntriesOf_WhatCannotBeRead_IsTheLineAndWhatWouldBeRight(string text, string wrong)
    {
        Assert.Empty(MachineCommands.EntriesOf(text, out var said));
        Assert.StartsWith(wrong, said, StringComparison.Ordinal);
    }
}
