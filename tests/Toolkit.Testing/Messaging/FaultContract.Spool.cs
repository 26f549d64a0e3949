using System.Globalization;
using Toolkit.Messaging;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <content>The durable spool in front of a real broker.</content>
public abstract partial class FaultContract
{
    [Fact]
    public async Task Spool_BrokerAwayAndTheProcessEnds_TheNextOneForwardsEverythingInOrderPerKey()
    {
        const int Before = 150;
        const int Away = 150;
        var folder = Directory.CreateTempSubdirectory("toolkit-spool-").FullName;
        try
        {
            var topic = Name("orders");
            var got = new MessageCollector();
            var reader = CreateApp();
            await using var subscription = await reader.CollectAsync(topic, "g", got);
            void UseSpool(MessagingBuilder m) => m.UseSpool(Path.Combine(folder, "messages.spool"));
            var first = CreateProxiedApp(configure: UseSpool);
            Task<PublishReceipt[]> PublishAsync(int from, int count) => Task.WhenAll(Enumerable.Range(from, count).Select(i =>
                first.PublishAsync(topic, i.ToString(CultureInfo.InvariantCulture), key: $"k{i % 5}", headers: new MessageHeaders { { "h", "v" } }).AsTask()));
            var before = await PublishAsync(0, Before);

            Server.Proxy.Refuse();
            Server.Proxy.Cut();
            var spooled = await PublishAsync(Before, Away).WaitAsync(MessageCollector.Patience, Token);
            Assert.All(spooled, r => Assert.Equal(Durability.Spooled, r.Level));
            await first.DisposeAsync();
            Server.Proxy.Accept();
            CreateProxiedApp(configure: UseSpool).Publisher.ToString(); // made: it forwards what the last one left behind

            await got.WaitForDistinctAsync(Before + Away);
            Assert.Equal(before.Concat(spooled).Select(r => r.MessageId).Order(), got.Items.Select(i => i.MessageId!).Distinct().Order());
            Assert.All(got.Items, i => Assert.Equal("v", i.Headers.GetString("h")));
            foreach (var lane in got.Items.GroupBy(i => i.Key))
            {
                var firsts = lane.Select(i => int.Parse(i.Text, CultureInfo.InvariantCulture)).Distinct().ToArray();
                Assert.Equal(firsts.Order(), firsts);
            }
        }
        finally
        {
            await DisposeAsync(); // the file is let go of before its folder goes
            Directory.Delete(folder, recursive: true);
        }
    }
}
