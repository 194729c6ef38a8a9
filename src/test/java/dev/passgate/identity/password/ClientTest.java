package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALICE",
        "Alice",
        " alice ",
        "al  ice",
        "ali\u00adce",
        "alice\u200b",
        "\uff41lice",
        "\u00c1lice",
        "alice\ufe0f",
        "al\tice"
      })
  void takesForOneUserWhateverADirectoryMay(String name) {
    assertThat(Client.of(name, "10.0.0.1")).isEqualTo(Client.of("alice", "10.0.0.1"));
  }

  @Test
  void keepsOthersApart() {
    assertThat(Client.of("alice", "10.0.0.1"))
        .isNotEqualTo(Client.of("alicia", "10.0.0.1"))
        .isNotEqualTo(Client.of("alice", "10.0.0.2"))
        .isNotEqualTo(Client.of("alice2", "10.0.0.1"));
  }

  @Test
  void takesANetworkOfIpv6ForOneAddress() {
    Client client = Client.of("alice", "2001:db8:1:2::1");

    assertThat(Client.of("alice", "2001:db8:1:2:ffff::2")).isEqualTo(client);
    assertThat(Client.of("alice", "2001:db8:1:3::1")).isNotEqualTo(client);
    assertThat(Client.of("alice", "::ffff:10.0.0.1"))
        .isNotEqualTo(Client.of("alice", "::ffff:10.0.0.2"));
  }

  @Test
  void takesWhatIsNoAddressAsItIs() {
    assertThat(Client.of("alice", "unknown").address()).isEqualTo("unknown");
    assertThat(Client.of("alice", "localhost").address()).isEqualTo("localhost");
  }

  @Test
  void isBoundedWhateverTheName() {
    assertThat(Client.of("a".repeat(1_000_000), "10.0.0.1").user()).hasSize(256);
  }
}
