package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,        10.0.0.0",
    "10.0.0.0/8,        10.255.255.255",
    "10.1.2.3/8,        10.9.9.9",
    "10.0.0.0/7,        11.255.255.255",
    "192.0.2.128/25,    192.0.2.128",
    "192.0.2.128/25,    192.0.2.255",
    "192.0.2.4/31,      192.0.2.5",
    "192.0.2.4/32,      192.0.2.4",
    "192.0.2.4,         192.0.2.4",
    "0.0.0.0/0,         255.255.255.255",
    "2001:db8::/32,     2001:db8:ffff::1",
    "2001:db8::/33,     2001:db8:7fff::1",
    "2001:db8::1/128,   2001:db8::1",
    "2001:db8::1,       2001:db8:0:0:0:0:0:1",
    "::/0,              2001:db8::1",
    "fe80::/10,         febf::1",
    "::ffff:10.0.0.0/8, 10.1.1.1"
  })
  void holdsItsAddresses(String network, String address) {
    assertThat(contains(network, address)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,      9.255.255.255",
    "10.0.0.0/8,      11.0.0.0",
    "10.0.0.0/7,      12.0.0.0",
    "10.0.0.0/7,      9.255.255.255",
    "192.0.2.128/25,  192.0.2.127",
    "192.0.2.4/31,    192.0.2.6",
    "192.0.2.4/32,    192.0.2.5",
    "192.0.2.4,       192.0.2.5",
    "0.0.0.0/0,       2001:db8::1",
    "::/0,            192.0.2.1",
    "2001:db8::/33,   2001:db8:8000::1",
    "2001:db8::1,     2001:db8::2",
    "fe80::/10,       fec0::1"
  })
  void holdsNoOtherAddress(String network, String address) {
    assertThat(contains(network, address)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/-0",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/ 8",
        "10.0.0.0/255.0.0.0",
        "10/8",
        "10.0/16",
        "167772160",
        "256.0.0.1",
        "10.0.0.0.0",
        "10.0.0.*",
        "2001:db8::/129",
        "2001:db8::1::2",
        "::ffff:10.0.0.0/104",
        "localhost",
        "proxy.example.com"
      })
  void rejectsWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> Network.parse(text))
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.trusted-proxies is '"
                + text
                + "', expected an address or a network such as 10.0.0.0/8");
  }

  private static boolean contains(String network, String address) {
    return Network.parse(network).contains(InetAddress.ofLiteral(address));
  }
}
