package dev.passgate.identity.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.file.WatchedFile;
import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

class UserRulesTest {

  private static UserRules rules(String rules) {
    return UserRules.parse(("{\"rules\":[" + rules + "]}").getBytes(StandardCharsets.UTF_8));
  }

  private static UserMapping mapping(String file) {
    return new UserMappingProperties(List.of("sub"), null, null, null, "", file)
        .compile((key, value, expected) -> new IllegalArgumentException(key + ": " + expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'pattern':'(.*)@acme'} | alice@acme | alice",
        "{'pattern':'(.+)@acme','user':'$1_x'} | alice@acme | alice_x",
        "{'pattern':'(?<n>.+)@acme','user':'${n}'} | alice@acme | alice",
        "{'pattern':'(.+)@(.+)','user':'$2-$1'} | alice@acme | acme-alice",
        "{'pattern':'(.+)@acme','user':'$10'} | alice@acme | alice0",
        "{'pattern':'(.+)@acme','user':'\\\\$1'} | alice@acme | $1",
        "{'pattern':'(a+)(b+)?','user':'x$2$1'} | aa | xaa",
        "{'pattern':'.*','user':'guest','allow':true} | alice | guestguest",
        "{'pattern':'(.+)','case':'lower'} | ALICE | alice",
        "{'pattern':'(.+)','case':'UPPER'} | alice | ALICE",
        "{'pattern':'(.+)','case':'keep'} | Alice | Alice",
        "{'pattern':'root','allow':false},{'pattern':'(.*)'} | alice | alice"
      })
  void mapsAsTrinoDoes(String rules, String name, String user) {
    assertThat(rules(rules.replace('\'', '"')).map(name)).isEqualTo(new User(user));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'pattern':'(.*)@acme'} | alice",
        "{'pattern':'(.*)@acme'} | alice@acme.evil",
        "{'pattern':'root','allow':false},{'pattern':'(.*)'} | root",
        "{'pattern':'root','user':'$7','allow':false},{'pattern':'(.*)'} | root"
      })
  void refuses(String rules, String name) {
    assertThat(rules(rules.replace('\'', '"')).map(name)).isInstanceOf(None.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"rules\":[]}",
        "{\"rules\":null}",
        "{\"rules\":[null]}",
        "{\"rules\":[{}]}",
        "{\"rules\":[{\"pattern\":\"(\"}]}",
        "{\"rules\":[{\"pattern\":\"(.*)\",\"user\":\"$2\"}]}",
        "{\"rules\":[{\"pattern\":\".*\"}]}",
        "{\"rules\":[{\"pattern\":\"(.*)\",\"user\":\"${n}\"}]}",
        "{\"rules\":[{\"pattern\":\"(.*)\",\"user\":\"a$\"}]}",
        "{\"rules\":[{\"pattern\":\"(.*)\",\"case\":\"title\"}]}",
        "{\"rules\":[{\"pattern\":\"(.*)\",\"allow\":\"no\"}]}",
        "{\"rules\":[{\"pattern\":\"(.*)\",\"alow\":false}]}",
        "{\"rules\":[{\"pattern\":\"(.*)\",\"pattern\":\"x\"}]}",
        "{\"rules\":[{\"pattern\":\"(.*)\"}]} {}",
        "{\"rules\":[{\"pattern\":\"(.*)\"}],\"more\":1}"
      })
  void refusesFileOfAnotherForm(String content) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserRules.parse(content.getBytes(StandardCharsets.UTF_8)))
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank());
  }

  @Test
  void goesOnToNoOtherRuleWhereOneTakesTooLong() {
    UserRules rules =
        rules("{\"pattern\":\"(.*)*(.*)*(.*)*x\",\"allow\":false},{\"pattern\":\"(.*)\"}");

    assertThat(rules.map("a".repeat(256))).isInstanceOf(None.class);
    assertThat(rules.map("a")).isEqualTo(new User("a"));
  }

  @Test
  void refusesEmptyAndUnsendableResults(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("rules.json"),
            "{\"rules\":[{\"pattern\":\"(x*)alice\"},{\"pattern\":\"(.*)@acme\"}]}");
    UserMapping mapping = mapping(file.toString());

    assertThat(mapping.map("alice")).isInstanceOf(None.class);
    assertThat(mapping.map("bob @acme")).isInstanceOf(None.class);
    assertThat(mapping.map("bob@acme")).isEqualTo(new User("bob"));
  }

  @Test
  void followsTheFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("rules.json"), "{\"rules\":[{\"pattern\":\"(a.*)\"}]}");
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    try (UserMapping mapping = mapping(file.toString())) {
      mapping.watch(time);
      long before = mapping.version();
      assertThat(mapping.map("alice")).isEqualTo(new User("alice"));

      Files.writeString(file, "{\"rules\":[{\"pattern\":\"a.*\",\"allow\":false}]}");
      time.advanceTimeBy(WatchedFile.INTERVAL);
      assertThat(mapping.map("alice")).isInstanceOf(None.class);
      assertThat(mapping.version()).isGreaterThan(before);

      long refusing = mapping.version();
      Files.writeString(file, "{\"rules\":[]}");
      time.advanceTimeBy(WatchedFile.INTERVAL);
      assertThat(mapping.map("alice")).isInstanceOf(None.class);
      assertThat(mapping.version()).isEqualTo(refusing);
    }
  }

  @Test
  void namesTheFileThatCannotBeRead(@TempDir Path folder) {
    assertThatThrownBy(() -> mapping(folder.resolve("nowhere.json").toString()))
        .hasMessageStartingWith("rules-file: a file in the form of Trino's user mapping");
    assertThatThrownBy(() -> mapping("\0")).hasMessageStartingWith("rules-file: ");
  }

  @ParameterizedTest
  @CsvSource({"(.*),,", "(.*),$1,", ",,lower", ",,keep"})
  void refusesASecondWayToNameUsers(String pattern, String template, String letterCase) {
    assertThatThrownBy(
            () ->
                new UserMappingProperties(
                        List.of("sub"), pattern, template, letterCase, "", "rules.json")
                    .compile(
                        (key, value, expected) ->
                            new IllegalArgumentException(key + ": " + expected)))
        .hasMessageStartingWith("rules-file: no pattern, template or case beside it");
  }
}
