# syntax=docker/dockerfile:1
# The jar is built outside (./mvnw package), so that the image holds no build tools.
FROM eclipse-temurin:25-jre AS layers
WORKDIR /build
COPY target/passgate-*.jar passgate.jar
RUN java -Djarmode=tools -jar passgate.jar extract --layers --launcher --destination layers

FROM eclipse-temurin:25-jre
LABEL org.opencontainers.image.title="Passgate" \
      org.opencontainers.image.description="The identity gateway for Trino" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 passgate \
    && useradd --system --uid 10001 --gid passgate --home-dir /opt/passgate --shell /usr/sbin/nologin passgate
WORKDIR /opt/passgate
# What changes least comes first.
COPY --from=layers /build/layers/dependencies/ ./
COPY --from=layers /build/layers/spring-boot-loader/ ./
COPY --from=layers /build/layers/snapshot-dependencies/ ./
COPY --from=layers /build/layers/application/ ./
USER 10001:10001
# Configuration is read from /opt/passgate/config/application.yml if it is there.
# The heap's limit is also that of direct memory, in which Netty keeps what it moves: 40 % twice.
EXPOSE 8888 8443 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD curl -fsS http://127.0.0.1:9090/actuator/health/readiness || exit 1
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "-XX:MaxRAMPercentage=40", "-XX:+ExitOnOutOfMemoryError", "org.springframework.boot.loader.launch.JarLauncher"]
