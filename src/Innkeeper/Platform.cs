// Linux only, and the analyzer told so.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
