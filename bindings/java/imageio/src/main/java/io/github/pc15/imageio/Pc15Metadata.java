// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.ImageInfo;
import io.github.pc15.MetadataType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import javax.imageio.metadata.IIOMetadataNode;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The metadata of a file: what its head says, and its ICC profile, EXIF, XMP and text. The native tree is that of
 * {@link Pc15MetadataFormat}; the standard tree can be read, and its texts be merged.
 */
public final class Pc15Metadata extends IIOMetadata {
  /** Name of the native format. */
  public static final String NATIVE_FORMAT = "io_github_pc15_imageio_1.0";

  private static final String STANDARD = IIOMetadataFormatImpl.standardMetadataFormatName;

  private final Map<MetadataType, byte[]> items = new EnumMap<>(MetadataType.class);
  private ImageInfo info;

  /** Empty metadata, to be filled for a writer. */
  public Pc15Metadata() {
    super(true, NATIVE_FORMAT, Pc15MetadataFormat.class.getName(), null, null);
  }

  /**
   * One item.
   *
   * @param type which
   * @return a copy of its bytes, null when there is none
   */
  public byte[] item(MetadataType type) {
    byte[] item = items.get(type);
    return item == null ? null : item.clone();
  }

  /**
   * Sets one item.
   *
   * @param type which
   * @param item its bytes, copied; null or empty removes it. Text is UTF-8.
   */
  public void setItem(MetadataType type, byte[] item) {
    if (item == null || item.length == 0) {
      items.remove(type);
    } else {
      items.put(type, item.clone());
    }
  }

  /**
   * What the head of the file says.
   *
   * @return null for metadata that was not read from a file
   */
  public ImageInfo info() {
    return info;
  }

  void setInfo(ImageInfo read) {
    info = read;
  }

  /** Metadata as this format holds it; null when there is nothing of it. */
  static Pc15Metadata convert(IIOMetadata other) {
    if (other instanceof Pc15Metadata) {
      return (Pc15Metadata) other;
    }
    if (!other.isStandardMetadataFormatSupported()) {
      return null;
    }
    Pc15Metadata made = new Pc15Metadata();
    made.mergeStandard(other.getAsTree(STANDARD));
    return made.items.isEmpty() ? null : made;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public void reset() {
    items.clear();
  }

  @Override
  public Node getAsTree(String formatName) {
    if (NATIVE_FORMAT.equals(formatName)) {
      return nativeTree();
    }
    if (STANDARD.equals(formatName)) {
      return getStandardTree();
    }
    throw new IllegalArgumentException("no metadata format " + formatName);
  }

  private Node nativeTree() {
    IIOMetadataNode root = new IIOMetadataNode(NATIVE_FORMAT);
    if (info != null) {
      IIOMetadataNode image = new IIOMetadataNode("Image");
      image.setAttribute("width", Integer.toString(info.width()));
      image.setAttribute("height", Integer.toString(info.height()));
      image.setAttribute("version", Integer.toString(info.version()));
      image.setAttribute("tile", Integer.toString(info.tile()));
      image.setAttribute("overlap", Integer.toString(info.overlap()));
      image.setAttribute("cell", Integer.toString(info.cell()));
      image.setAttribute("color", info.color().name());
      image.setAttribute("residualStep", Double.toString(info.residualStep()));
      image.setAttribute("seed", Long.toString(info.seed()));
      image.setAttribute("alpha", flag(info.hasAlpha()));
      image.setAttribute("lossless", flag(info.lossless()));
      image.setAttribute("compact", flag(info.compact()));
      image.setAttribute("programs", flag(info.hasPrograms()));
      root.appendChild(image);
    }
    items.forEach((type, item) -> {
      IIOMetadataNode node = new IIOMetadataNode(type == MetadataType.TEXT ? "Text" : type.name());
      if (type == MetadataType.TEXT) {
        node.setAttribute("value", new String(item, StandardCharsets.UTF_8));
      } else {
        node.setUserObject(item.clone());
      }
      root.appendChild(node);
    });
    return root;
  }

  private static String flag(boolean value) {
    return value ? "TRUE" : "FALSE";
  }

  @Override
  public void mergeTree(String formatName, Node root) throws IIOInvalidTreeException {
    if (root == null || formatName == null) {
      throw new IllegalArgumentException("no tree");
    }
    if (NATIVE_FORMAT.equals(formatName)) {
      mergeNative(root);
    } else if (STANDARD.equals(formatName)) {
      mergeStandard(root);
    } else {
      throw new IllegalArgumentException("no metadata format " + formatName);
    }
  }

  private void mergeNative(Node root) throws IIOInvalidTreeException {
    if (!NATIVE_FORMAT.equals(root.getNodeName())) {
      throw new IIOInvalidTreeException("the root must be " + NATIVE_FORMAT, root);
    }
    Map<MetadataType, byte[]> merged = new EnumMap<>(MetadataType.class);
    for (Node node = root.getFirstChild(); node != null; node = node.getNextSibling()) {
      switch (node.getNodeName()) {
        case "Image":
          break; // the encoder finds it out by itself
        case "Text":
          merged.put(MetadataType.TEXT, ((Element) node).getAttribute("value").getBytes(StandardCharsets.UTF_8));
          break;
        case "ICC":
        case "EXIF":
        case "XMP":
          Object bytes = node instanceof IIOMetadataNode ? ((IIOMetadataNode) node).getUserObject() : null;
          if (!(bytes instanceof byte[])) {
            throw new IIOInvalidTreeException(node.getNodeName() + " needs a byte[] as its user object", node);
          }
          merged.put(MetadataType.valueOf(node.getNodeName()), (byte[]) bytes);
          break;
        default:
          throw new IIOInvalidTreeException("unknown node " + node.getNodeName(), node);
      }
    }
    merged.forEach(this::setItem);
  }

  /** Takes the texts; the rest follows from the picture. */
  private void mergeStandard(Node root) {
    StringBuilder text = new StringBuilder();
    for (Node group = root.getFirstChild(); group != null; group = group.getNextSibling()) {
      if ("Text".equals(group.getNodeName())) {
        for (Node entry = group.getFirstChild(); entry != null; entry = entry.getNextSibling()) {
          String value = entry instanceof Element ? ((Element) entry).getAttribute("value") : "";
          text.append(text.length() > 0 && !value.isEmpty() ? "\n" : "").append(value);
        }
      }
    }
    if (text.length() > 0) {
      setItem(MetadataType.TEXT, text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  protected IIOMetadataNode getStandardChromaNode() {
    if (info == null) {
      return null;
    }
    boolean grey = info.naturalFormat().channels() == 1;
    return node("Chroma", node("ColorSpaceType", "name", grey ? "GRAY" : "RGB"),
        node("NumChannels", "value", Integer.toString(info.naturalFormat().channels())),
        node("BlackIsZero", "value", "TRUE"));
  }

  @Override
  protected IIOMetadataNode getStandardCompressionNode() {
    return info == null ? null : node("Compression", node("CompressionTypeName", "value", "PC15"),
        node("Lossless", "value", flag(info.lossless())), node("NumProgressiveScans", "value", "1"));
  }

  @Override
  protected IIOMetadataNode getStandardDataNode() {
    if (info == null) {
      return null;
    }
    String[] bits = new String[info.naturalFormat().channels()];
    Arrays.fill(bits, Integer.toString(info.depth()));
    return node("Data", node("PlanarConfiguration", "value", "PixelInterleaved"),
        node("SampleFormat", "value", "UnsignedIntegral"), node("BitsPerSample", "value", String.join(" ", bits)));
  }

  @Override
  protected IIOMetadataNode getStandardDimensionNode() {
    return info == null ? null : node("Dimension", node("PixelAspectRatio", "value", "1.0"));
  }

  @Override
  protected IIOMetadataNode getStandardDocumentNode() {
    return info == null ? null : node("Document", node("FormatVersion", "value", Integer.toString(info.version())));
  }

  @Override
  protected IIOMetadataNode getStandardTextNode() {
    byte[] text = items.get(MetadataType.TEXT);
    if (text == null) {
      return null;
    }
    IIOMetadataNode entry = node("TextEntry", "value", new String(text, StandardCharsets.UTF_8));
    entry.setAttribute("encoding", "UTF-8");
    return node("Text", entry);
  }

  @Override
  protected IIOMetadataNode getStandardTransparencyNode() {
    return info == null ? null
        : node("Transparency", node("Alpha", "value", info.hasAlpha() ? "nonpremultiplied" : "none"));
  }

  private static IIOMetadataNode node(String name, String attribute, String value) {
    IIOMetadataNode made = new IIOMetadataNode(name);
    made.setAttribute(attribute, value);
    return made;
  }

  private static IIOMetadataNode node(String name, IIOMetadataNode... children) {
    IIOMetadataNode made = new IIOMetadataNode(name);
    for (IIOMetadataNode child : children) {
      made.appendChild(child);
    }
    return made;
  }
}
